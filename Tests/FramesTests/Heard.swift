import Frames
import Metering
import TestSupport
import Testing

/// Everything that a stream decoder said of some octets, in order.
///
/// Each time it is checked that no octet vanished (law 7): the spans of frames and the runs of noise do not overlap, and what
/// they leave are flags, and the line ends that an adapter in text mode puts behind them.
struct Heard: Hashable {
  enum Event: Hashable {
    case list(Reading, span: Range<Int64>)
    case nothing(span: Range<Int64>)
    case reject(StreamDecoder.Fault, span: Range<Int64>)
    case noise(Range<Int64>)
  }

  private(set) var events: [Event] = []
  /// The most octets that waited after an append was drained.
  private(set) var mostWaiting = 0

  var readings: [Reading] {
    events.compactMap { if case .list(let reading, _) = $0 { reading } else { nil } }
  }
  var faults: [StreamDecoder.Fault] {
    events.compactMap { if case .reject(let fault, _) = $0 { fault } else { nil } }
  }

  /// Feeds the reads one after the other, `interval` apart, then ends the input.
  ///
  /// `isOneStream`: the fixtures are messages of many meters, of every year, so that the second check would doubt them.
  init(
    _ reads: [[UInt8]], interval: TimeSpan = .zero, manufacturer: Manufacturer = .auto,
    isOneStream: Bool = false
  ) {
    var decoder = StreamDecoder(manufacturer: manufacturer, isOneStream: isOneStream)
    var arrival = UTCTime(milliseconds: 0)
    for read in reads {
      decoder.append(read.span, arrival: arrival)
      while let event = decoder.next() { take(event, decoder) }
      mostWaiting = max(mostWaiting, decoder.deframer.waiting)
      arrival += interval
    }
    while let event = decoder.giveUp() { take(event, decoder) }
    account(for: reads.reduce(into: []) { $0 += $1 }, decoder)
  }

  init(_ octets: [UInt8], manufacturer: Manufacturer = .auto) { self.init([octets], manufacturer: manufacturer) }

  private mutating func take(_ event: StreamDecoder.Event, _ decoder: StreamDecoder) {
    switch event {
    case .list: events.append(.list(Reading(decoder.list), span: decoder.span))
    case .nothing: events.append(.nothing(span: decoder.span))
    case .reject(let fault): events.append(.reject(fault, span: decoder.span))
    case .noise(let offset, let count): events.append(.noise(offset..<(offset + Int64(count))))
    }
  }

  private func account(for stream: [UInt8], _ decoder: StreamDecoder) {
    var place = 0
    var framed: Int64 = 0
    var noise: Int64 = 0
    let mayLeave: Set<UInt8> = decoder.deframer.counts.lineEnds > 0 ? [0x7E, 0x0D, 0x0A] : [0x7E]
    func isFlags(_ range: Range<Int>) -> Bool { stream[range].allSatisfy(mayLeave.contains) }
    for event in events {
      let span: Range<Int64>
      switch event {
      case .reject(let fault, _) where fault.stage == .framing: continue
      case .list(_, let frame), .nothing(let frame), .reject(_, let frame):
        span = frame
        framed += Int64(frame.count)
      case .noise(let run):
        span = run
        noise += Int64(run.count)
      }
      guard span.lowerBound >= place, span.upperBound <= stream.count else {
        Issue.record("\(span) overlaps what came before, or lies outside the stream")
        return
      }
      if !isFlags(place..<Int(span.lowerBound)) { Issue.record("octets before \(span) vanished") }
      place = Int(span.upperBound)
    }
    if !isFlags(place..<stream.count) { Issue.record("octets from \(place) on vanished") }
    let counts = decoder.deframer.counts
    let waiting = decoder.deframer.waiting
    if counts.octetsInFrames != framed {
      Issue.record("\(counts.octetsInFrames) octets counted in frames, \(framed) told")
    }
    if counts.noise != noise { Issue.record("\(counts.noise) octets counted as noise, \(noise) told") }
    if counts.octetsInFrames + counts.flags + counts.lineEnds + counts.noise + Int64(waiting) != stream.count
      || waiting > 1
    {
      Issue.record("the counts \(counts) and \(waiting) waiting do not add up to \(stream.count)")
    }
  }
}

extension StreamDecoder {
  mutating func append(_ octets: [UInt8], at arrival: UTCTime = UTCTime(milliseconds: 0)) {
    append(octets.span, arrival: arrival)
  }
}
