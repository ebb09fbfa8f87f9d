import Frames
import Metering

/// A stream: the first octet says how it is cut into reads, the rest is the stream.
///
/// However it is cut, the events are the same. Each octet is in one frame or one run of noise, or is a flag. No more than one
/// message waits.
func driveStream(_ octets: [UInt8]) {
  guard let choice = octets.first else { return }
  let stream = Array(octets[1...])
  let whole = hear(stream, readsOf: stream.count)
  let cut = hear(stream, readsOf: 1 + Int(choice & 0x1F))
  promise(cut == whole, "in reads of \(1 + Int(choice & 0x1F)) \(cut), at once \(whole)")
  if choice & 0x80 != 0 { _ = hear(stream, readsOf: 1 + Int(choice & 0x1F), fallingSilent: true) }
}

private enum Heard: Hashable {
  case event(StreamDecoder.Event)
  case list(ListKind, Readings, Range<Int64>)
}

/// A frame of 2,047 octets and its flags, or a telegram of 4,096, and a little.
private let mostWaiting = 4100

private func hear(_ stream: [UInt8], readsOf size: Int, fallingSilent: Bool = false) -> [Heard] {
  var decoder = StreamDecoder()
  var heard: [Heard] = []
  var framed: Int64 = 0
  var noise: Int64 = 0
  var turns = 0
  func take(_ event: StreamDecoder.Event) {
    turns += 1
    promise(turns <= 4 * stream.count + 16, "events without end")
    switch event {
    case .list:
      framed += Int64(decoder.span.count)
      heard.append(.list(decoder.list.kind, decoder.list.readings, decoder.span))
      return
    case .nothing: framed += Int64(decoder.span.count)
    case .noise(_, let count): noise += Int64(count)
    case .reject(let fault):
      promise(!fault.reason.isEmpty && !fault.octets.isEmpty, "a reject without a reason or without octets")
      if fault.stage != .framing { framed += Int64(decoder.span.count) }
    }
    heard.append(.event(event))
  }
  var place = 0
  while place < stream.count {
    let end = min(place + max(1, size), stream.count)
    decoder.append(stream.span.extracting(place..<end), arrival: UTCTime(milliseconds: 0))
    while let event = decoder.next() { take(event) }
    if fallingSilent { while let event = decoder.fallSilent() { take(event) } }
    promise(decoder.deframer.waiting <= mostWaiting, "\(decoder.deframer.waiting) octets wait")
    place = end
  }
  while let event = decoder.giveUp() { take(event) }
  let counts = decoder.deframer.counts
  let waiting = decoder.deframer.waiting
  promise(waiting <= 1, "\(waiting) octets wait at the end")
  promise(
    counts.octetsInFrames + counts.flags + counts.lineEnds + counts.noise + Int64(waiting) == stream.count,
    "\(counts) and \(waiting) waiting are not \(stream.count) octets")
  promise(counts.noise == noise, "\(counts.noise) octets counted as noise, \(noise) told")
  promise(counts.octetsInFrames == framed, "\(counts.octetsInFrames) octets counted in frames, \(framed) told")
  return heard
}
