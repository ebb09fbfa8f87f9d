import Allocations
import Frames
import Metering

/// Decodes a stream in reads of 64 KiB: the time that it took, and the heap allocations for each message once the first tenth
/// is past. `quantity` is added up, so that nothing can be left out.
func decodeStream(
  _ stream: [UInt8], messages: Int, adding quantity: Quantity
) throws -> (seconds: Double, allocations: Double) {
  var counter = AllocationCounter(warmAfter: messages / 10)
  let start = now()
  var decoder = StreamDecoder()
  var lists = 0
  var sum: Int64 = 0
  var place = 0
  while place < stream.count {
    let end = min(place + 65_536, stream.count)
    decoder.append(stream.span.extracting(place..<end), arrival: UTCTime(milliseconds: 0))
    while let event = decoder.next() {
      guard case .list = event else { continue }
      lists += 1
      counter.note(lists)
      sum += decoder.message.list.readings[quantity] ?? 0
    }
    place = end
  }
  let seconds = now() - start
  guard lists == messages, sum > 0 else { throw BenchFailure(text: "\(lists) of \(messages) messages decoded") }
  return (seconds, counter.each(lists))
}

/// Heap allocations for each message, once those of the first messages are past.
struct AllocationCounter {
  let warmAfter: Int
  private var atWarm: UInt = 0

  init(warmAfter: Int) {
    self.warmAfter = warmAfter
  }

  mutating func note(_ messages: Int) {
    if messages == warmAfter { atWarm = allocations() }
  }

  func each(_ messages: Int) -> Double { Double(allocations() - atWarm) / Double(max(1, messages - warmAfter)) }
}
