import Frames
import Metering
import TestSupport
import Testing

/// What a stream decoder said of some octets, in a form that tests can compare.
struct Heard: Hashable {
  struct Message: Hashable {
    var kind: ListKind
    var values: [String: MeterList.Value]
    var span: Range<Int64>
  }
  var messages: [Message] = []
  var rejects: [StreamDecoder.Fault] = []
  var noise: Int = 0
  var nothing: Int = 0

  /// Feeds `chunks` one after the other, then ends the input.
  init(_ chunks: [[UInt8]], manufacturer: Manufacturer = .auto) {
    var decoder = StreamDecoder(manufacturer: manufacturer)
    for chunk in chunks {
      decoder.append(chunk.span, arrival: UTCTime(milliseconds: 0))
      while let event = decoder.next() { take(event, decoder) }
    }
    while let event = decoder.giveUp() { take(event, decoder) }
    let counts = decoder.deframer.counts
    let accounted = counts.octetsInFrames + counts.flags + counts.noise + Int64(decoder.deframer.waiting)
    #expect(accounted == Int64(chunks.joined().count), "every octet is accounted for")
    #expect(counts.noise == Int64(noise), "the noise that was counted is the noise that was told")
  }

  init(_ octets: [UInt8]) { self.init([octets]) }

  private mutating func take(_ event: StreamDecoder.Event, _ decoder: StreamDecoder) {
    switch event {
    case .list:
      let list = decoder.list
      messages.append(
        Message(
          kind: list.kind, values: Dictionary(uniqueKeysWithValues: list.values.map { ($0.key, $0.value) }),
          span: decoder.span))
    case .nothing: nothing += 1
    case .reject(let fault): rejects.append(fault)
    case .noise(_, let count): noise += count
    }
  }
}
