import Frames
import Metering
import TestSupport

/// What a stream decoder makes of some octets, whichever frames they are in.
struct WholeMessages {
  /// The values of each list, as `decode --json` prints them.
  private(set) var values: [[String: String]] = []
  private(set) var lists: [MeterList] = []
  private(set) var refusals: [String] = []

  private var decoder = StreamDecoder()

  init() {}

  init(_ octets: [UInt8]) {
    decoder.append(octets.span, arrival: UTCTime(milliseconds: 0))
    while let event = decoder.next() ?? decoder.giveUp() { take(event) }
  }

  /// A message that came without a frame.
  init(unframed octets: [UInt8]) {
    if let event = decoder.takeMessage(octets, arrival: UTCTime(milliseconds: 0)) { take(event) }
  }

  private mutating func take(_ event: StreamDecoder.Event) {
    switch event {
    case .list:
      lists.append(decoder.list)
      values.append(Dictionary(uniqueKeysWithValues: decoder.list.values.map { ($0.key, $0.value.plain) }))
    case .reject(let fault): refusals.append(fault.reason)
    case .nothing, .noise: break
    }
  }
}
