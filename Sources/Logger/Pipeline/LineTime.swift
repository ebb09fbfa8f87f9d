import Metering

/// How long an octet takes on the wire, so that two frames in one read get two instants.
struct LineTime: Hashable, Sendable {
  /// Nanoseconds: one start bit, eight data bits, perhaps a parity bit, one stop bit.
  let nanosecondsPerOctet: Int64

  /// `baudrate` in bits a second, positive.
  init(baudrate: Int, hasParityBit: Bool) {
    nanosecondsPerOctet = Int64(hasParityBit ? 11 : 10) * 1_000_000_000 / Int64(max(1, baudrate))
  }

  func span(octets: Int64) -> TimeSpan { TimeSpan(milliseconds: octets * nanosecondsPerOctet / 1_000_000) }
}

/// Which instant each place of the stream arrived at.
///
/// A read's time is that of its last octet. What stands before it in the same read came earlier, by the line time of what
/// follows. Reads that a stalled host hands on all at once keep their order, a millisecond apart. The rule needs only the
/// reads, so that a replay of them gives the same instants.
struct ArrivalTimes: Sendable {
  private struct Read: Sendable {
    let end: Int64
    let time: UTCTime
  }

  var lineTime: LineTime
  private var reads: [Read] = []
  /// The arrival of the last frame, and the time of the read that completed it.
  private var last: (arrival: UTCTime, read: UTCTime)?
  private(set) var end: Int64 = 0

  init(lineTime: LineTime) {
    self.lineTime = lineTime
  }

  mutating func append(octets count: Int, at time: UTCTime) {
    end += Int64(count)
    reads.append(Read(end: end, time: time))
  }

  /// Reads whose times run back by this much or more: the host's clock has stepped back, and that is left as it is.
  private static let clockStep = TimeSpan.seconds(2)

  /// When the frame whose last octet before its closing flag stands before `offset` was complete. Frames are asked for in
  /// the order of the stream.
  mutating func arrival(ofFrameEnding offset: Int64) -> UTCTime {
    guard let read = reads.first(where: { $0.end >= offset }) ?? reads.last else { return UTCTime(milliseconds: 0) }
    var arrival = read.time - lineTime.span(octets: max(0, read.end - offset - 1))
    if let last, arrival <= last.arrival, last.read - read.time < ArrivalTimes.clockStep {
      arrival = last.arrival + TimeSpan(milliseconds: 1)
    }
    last = (arrival, read.time)
    return arrival
  }

  /// The time of the read that brought the octet at `offset`.
  func time(at offset: Int64) -> UTCTime {
    (reads.first { $0.end > offset } ?? reads.last)?.time ?? UTCTime(milliseconds: 0)
  }

  /// Forgets reads that end at or before `offset`: nothing that comes will ask for them. The last read stays.
  mutating func forget(before offset: Int64) {
    guard reads.count > 1, let keep = reads.firstIndex(where: { $0.end > offset }) else {
      reads.removeFirst(max(0, reads.count - 1))
      return
    }
    if keep > 0 { reads.removeFirst(keep) }
  }
}
