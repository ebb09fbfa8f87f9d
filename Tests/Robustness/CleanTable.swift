import Frames
import Metering
import Simulator

/// A clean stream of every Norwegian meter's lists in turn, one flag between two frames.
struct CleanTable {
  static let count = 200_000
  let seed: UInt64

  func print() -> Bool {
    let messages = Sender.inTurn(count: CleanTable.count, seed: seed)
    let inside = messages.count { $0.octets.dropFirst().dropLast().contains(0x7E) }
    let inCheck = messages.count { $0.octets.suffix(3).dropLast().contains(0x7E) }
    let abortLike = messages.count { $0.octets.suffix(2).elementsEqual([0x7D, 0x7E]) }
    Swift.print("Clean stream: \(messages.count) frames of \(MeterModel.all.count) meters, one flag between two frames")
    Swift.print("with 7E inside \(inside), in the check octets \(inCheck), with 7D 7E at the end \(abortLike)")
    let stream = HDLCFrameBuilder.sharingFlags(messages.map(\.octets))
    var holds = true
    for (name, reads) in [("in reads of 1 to 256 octets", 1...256), ("in reads of 4096", 4096...4096)]
      as [(String, ClosedRange<Int64>)]
    {
      let heard = hear(stream, messages, reads)
      Swift.print(row("  " + name, ["lost \(heard.lost)", "wrong \(heard.wrong)", "refused \(heard.refused)"]))
      holds = holds && heard == (0, 0, 0)
    }
    Swift.print("")
    return holds && inside > 3000 && inCheck > 1000 && abortLike > 500
  }

  private func hear(
    _ stream: [UInt8], _ messages: [Sent], _ reads: ClosedRange<Int64>
  ) -> (lost: Int, wrong: Int, refused: Int) {
    var random = SplitMix64(seed: seed, purpose: 3)
    var decoder = StreamDecoder()
    var (right, wrong, refused, place, turn) = (0, 0, 0, 0, 0)
    while place < stream.count {
      let end = min(stream.count, place + Int(random.next(in: reads)))
      decoder.append(stream.span.extracting(place..<end), arrival: Sender.start)
      while let event = decoder.next() {
        switch event {
        case .list:
          if turn < messages.count, Truth(decoder.list) == messages[turn].truth { right += 1 } else { wrong += 1 }
          turn += 1
        case .nothing, .reject, .noise: refused += 1
        }
      }
      place = end
    }
    return (messages.count - right - wrong, wrong, refused)
  }
}
