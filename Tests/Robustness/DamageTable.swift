import Frames
import Metering
import Simulator

/// Damaged frames between sound ones: how many pass the checks of the frame, what refuses them then, and what is left.
///
/// A frame check of 16 bits lets one of 65,536 through, so that ten million damaged frames say little of what comes after it.
/// Therefore the second column: the same damage, and then the frame check made right. Each of those stands for 65,536.
struct DamageTable {
  let count: Int
  let seed: UInt64

  private static let meters = [
    "kamstrup-tn", "kamstrup-1p-nulls", "kaifa-tn", "kaifa-1p", "aidon-tn", "aidon-it", "lg-it",
  ]
  /// Messages of a meter before it begins anew, with a decoder that knows nothing of it.
  private static let series = 4000
  /// A header whose check fails: with it the line counts as a bad one.
  private static let badHeader: [UInt8] = [0x7E, 0xA0, 0x27, 0x01, 0x02, 0x01, 0x10, 0x00, 0x00]

  func print() -> Bool {
    let plain = run(count: count, mendsCheck: false)
    let mended = run(count: count / 4, mendsCheck: true)
    Swift.print("Damaged frames of \(DamageTable.meters.count) meters, between as many sound ones")
    Swift.print(row("", ["as they came", "check made right"], width: 20))
    Swift.print(row("damaged", ["\(plain.damaged)", "\(mended.damaged)"], width: 20))
    let framed = { (result: Result) in "\(result.damaged - result.passed)" }
    Swift.print(row("refused by HCS, FCS or closing flag", [framed(plain), framed(mended)], width: 20))
    for fate in Result.Fate.allCases {
      Swift.print(row(fate.rawValue, [plain, mended].map { "\($0.fates[fate, default: 0])" }, width: 20))
    }
    Swift.print(row("sound frames lost", ["\(plain.lost)", "\(mended.lost)"], width: 20))
    let wrong = mended.fates[.wrong, default: 0]
    let rarity = mended.damaged * 65_536 / max(1, wrong)
    Swift.print("by the second column, one damaged frame in \(rarity / 1_000_000) million gives a wrong reading:")
    for what in plain.wrong.keys { Swift.print("  as it came: \(what)") }
    for (what, count) in mended.wrong.sorted(by: { ($1.value, $0.key) < ($0.value, $1.key) }).prefix(5) {
      Swift.print(row("  " + what, ["", share(count, of: wrong)], width: 20))
    }
    Swift.print("")
    return plain.fates[.wrong] == nil && plain.lost == 0 && mended.lost == 0 && rarity > 10_000_000
  }

  struct Result {
    /// What became of a frame that passed the checks of the frame.
    enum Fate: String, CaseIterable {
      case structure = "refused by its structure"
      case form = "refused: not the form of its meter's lists"
      case clock = "refused: its clock"
      case range = "refused: a value out of range"
      case register = "refused: a register"
      case harmless = "read right: the damage hit no value"
      case wrong = "wrong readings"
    }

    var damaged = 0
    var passed = 0
    var fates: [Fate: Int] = [:]
    var wrong: [String: Int] = [:]
    var lost = 0

    mutating func note(_ fate: Fate) {
      passed += 1
      fates[fate, default: 0] += 1
    }
  }

  private func run(count: Int, mendsCheck: Bool) -> Result {
    var result = Result()
    var random = SplitMix64(seed: seed, purpose: mendsCheck ? 21 : 20)
    let meters = DamageTable.meters.enumerated().map { index, name in
      Sender.messages(Sender.model(name), count: DamageTable.series, seed: seed + UInt64(index))
    }
    while result.damaged < count {
      for messages in meters where result.damaged < count {
        play(messages, mendsCheck: mendsCheck, &random, &result)
      }
    }
    return result
  }

  private func play(_ messages: [Sent], mendsCheck: Bool, _ random: inout SplitMix64, _ result: inout Result) {
    var decoder = StreamDecoder()
    for (index, (message, next)) in zip(messages, messages.dropFirst()).enumerated() {
      guard index > 8, index % 2 == 1 else {
        // What a damaged frame has left of itself comes to light here: its end, if the octets of this one completed it.
        var readings = 0
        send(message.octets, at: message.time, to: &decoder) { event, decoder in
          guard case .list = event else { return }
          switch Truth(decoder.list) {
          case message.truth: readings += 1
          case messages[max(0, index - 1)].truth: result.note(.harmless)
          default:
            result.note(.wrong)
            result.wrong["\(decoder.list.maker) \(decoder.list.kind), with the next frame", default: 0] += 1
          }
        }
        if readings == 0 { result.lost += 1 }
        continue
      }
      result.damaged += 1
      let damage = Damage.allCases[Int(random.next(in: 0...Int64(Damage.allCases.count - 1)))]
      let places = message.octets.headerCount..<(message.octets.count - 1)
      var octets = damage.apply(to: message.octets, in: places, &random)
      guard octets != message.octets else { continue }
      if mendsCheck {
        send(DamageTable.badHeader, at: message.time, to: &decoder) { _, _ in }
        mend(&octets, length: message.octets.count - 1, before: next.octets)
      }
      let before = decoder
      send(octets, at: message.time, to: &decoder) { event, decoder in
        switch event {
        case .list where Truth(decoder.list) == message.truth: result.note(.harmless)
        // The sound one that its length had claimed.
        case .list where mendsCheck && Truth(decoder.list) == next.truth: break
        case .list:
          result.note(.wrong)
          result.wrong["\(decoder.list.maker) \(decoder.list.kind), damage: \(damage)", default: 0] += 1
        case .reject(let fault) where fault.stage != .framing: result.note(fault.fate)
        case .nothing, .noise, .reject: break
        }
      }
      // They would not pass so close together: each is judged by sound ones alone.
      if mendsCheck { decoder = before }
    }
  }

  /// A burst, and silence behind it.
  private func send(
    _ octets: [UInt8], at time: UTCTime, to decoder: inout StreamDecoder,
    _ take: (StreamDecoder.Event, StreamDecoder) -> Void
  ) {
    decoder.append(octets.span, arrival: time)
    while let event = decoder.next() { take(event, decoder) }
    while let event = decoder.fallSilent() { take(event, decoder) }
  }

  /// As many octets as the length claims, from what follows if need be, with a right check; and the octet behind them.
  private func mend(_ octets: inout [UInt8], length: Int, before next: [UInt8]) {
    while octets.count <= length { octets += next }
    octets.removeSubrange((length + 1)...)
    var crc: UInt16 = 0xFFFF
    for octet in octets[1..<(length - 2)] {
      crc ^= UInt16(octet)
      for _ in 0..<8 { crc = crc & 1 == 1 ? crc >> 1 ^ 0x8408 : crc >> 1 }
    }
    octets[length - 2] = UInt8(truncatingIfNeeded: ~crc)
    octets[length - 1] = UInt8(truncatingIfNeeded: ~crc >> 8)
  }
}

extension [UInt8] {
  /// Flag, format, two addresses, control, HCS.
  fileprivate var headerCount: Int {
    var place = 3
    for _ in 0..<2 {
      while self[place] & 1 == 0 { place += 1 }
      place += 1
    }
    return place + 3
  }
}

extension StreamDecoder.Fault {
  fileprivate var fate: DamageTable.Result.Fate {
    guard reason.hasPrefix(Doubt.prefix) else { return .structure }
    if reason.contains("elements or texts") { return .form }
    if reason.contains("clock") { return .clock }
    return reason.contains("cannot be") ? .range : .register
  }
}
