import Frames
import Metering
import TestSupport

/// What the messages in some frames said, whichever frames they are, with segments, telegrams and blocks put together.
struct WholeMessages {
  /// The values of each list, as `decode --json` prints them.
  private(set) var values: [[String: String]] = []
  private(set) var lists: [MeterList] = []
  private(set) var refusals: [String] = []

  private var decoder = MessageDecoder()
  private var blocks = BlockAssembler()
  private let arrival = UTCTime(milliseconds: 0)

  init() {}

  init(_ octets: [UInt8]) {
    if octets.first == MBusHeader.start { takeTelegrams(octets) } else { takeFrames(octets) }
  }

  private mutating func takeFrames(_ octets: [UInt8]) {
    var deframer = Deframer()
    var segments = SegmentAssembler()
    deframer.append(octets.span)
    while let event = deframer.next() ?? deframer.giveUp() {
      guard case .frame(let frame) = event, !frame.information.isEmpty else { continue }
      let information = Array(deframer.frameOctets[frame.information])
      guard segments.wants(frame) else {
        take(information)
        continue
      }
      if segments.take(frame, information: information.span, arrival: arrival) == .complete { take(segments.message) }
    }
  }

  private mutating func takeTelegrams(_ octets: [UInt8]) {
    var assembler = MBusAssembler()
    var place = 0
    while place < octets.count, case .frame(let frame) = MBusHeader(octets.span, at: place) {
      let outcome = assembler.take(frame, data: octets.span.extracting(frame.data), arrival: arrival)
      if outcome == .complete { take(assembler.message) }
      place = frame.octets.upperBound
    }
  }

  /// Takes a message that may be a block of a longer one.
  private mutating func take(_ message: [UInt8]) {
    let range = 0..<message.count
    guard TransferBlock.isBlock(message.span, in: range) else { return decode(message, isChecked: true) }
    switch blocks.take(message.span, in: range, arrival: arrival) {
    case .waiting: break
    case .complete: decode(blocks.message, isChecked: true)
    case .refused(let fault): refusals.append(fault.description)
    }
  }

  mutating func decode(_ message: [UInt8], isChecked: Bool) {
    do {
      try decoder.decode(message.span, in: 0..<message.count, isChecked: isChecked)
      lists.append(decoder.list)
      values.append(Dictionary(uniqueKeysWithValues: decoder.list.values.map { ($0.key, $0.value.plain) }))
    } catch { refusals.append(error.description) }
  }
}
