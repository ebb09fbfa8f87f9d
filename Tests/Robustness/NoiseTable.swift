import Metering
import Simulator

/// What share of the undamaged messages is read, and how soon: each kind of noise on each kind of line.
struct NoiseTable {
  let messages: Int
  let seed: UInt64

  private static let rows: [(String, Noise?)] = [
    ("no noise", nil),
    ("bits flipped 1e-5", .flips(100)), ("bits flipped 1e-4", .flips(1000)), ("bits flipped 1e-3", .flips(10_000)),
    ("octets lost 1e-4", .drops(1000)), ("octets lost 1e-3", .drops(10_000)), ("octets lost 1e-2", .drops(100_000)),
    ("octets inserted 1e-4", .inserts(1000)), ("octets inserted 1e-3", .inserts(10_000)),
    ("octets inserted 1e-2", .inserts(100_000)),
    ("10 % cut short", .cuts(1_000_000)),
    ("10 % behind 1-40 octets of garbage", .garbage(1_000_000)),
    ("all behind 1-40 octets of garbage", .garbage(Noise.whole)),
  ]

  func print() -> Bool {
    let streams: [(name: String, messages: [Sent], speed: Line.Speed, pauses: Bool)] = [
      (
        "Kamstrup 2", Sender.messages(Sender.model("kamstrup-tn"), count: messages, seed: seed, lists: [.list2]), .slow,
        true
      ),
      ("Kaifa 1+2+3", Sender.messages(Sender.model("kaifa-tn"), count: messages, seed: seed), .slow, true),
      ("Aidon 1+2+3", Sender.messages(Sender.model("aidon-tn"), count: messages, seed: seed), .slow, true),
      ("P1", Telegrams.messages(count: messages, seed: seed), .fast, true),
      ("all, gapless", Sender.mix(count: messages, seed: seed), .slow, false),
    ]
    Swift.print(
      "Noise: share of the undamaged messages that is read; \(messages) messages in each cell, reads of 1 to 64 octets")
    Swift.print(row("", streams.map(\.name) + ["damaged", "slowest", "gapless", "wrong"], width: 14))
    var holds = true
    for (name, noise) in NoiseTable.rows {
      var total = Line.Account()
      var gapless: Int64 = 0
      var cells: [String] = []
      for stream in streams {
        var line = Line(speed: stream.speed, pauses: stream.pauses, seed: seed)
        // Sixteen meters on one line must have been heard before the noise: see `Plausibility`.
        line.play(stream.messages, noise, quiet: stream.pauses ? 0 : 500)
        cells.append(share(line.account.kept, of: line.account.undamaged))
        var account = line.account
        if !stream.pauses {
          gapless = account.slowest
          account.slowest = 0
        }
        total += account
      }
      Swift.print(
        row(name, cells + ["\(total.damaged)", "\(total.slowest) ms", "\(gapless) ms", "\(total.wrong)"], width: 14))
      holds = holds && total.kept == total.undamaged && total.wrong == 0 && total.slowest <= 1000
    }
    Swift.print("")
    return holds
  }
}
