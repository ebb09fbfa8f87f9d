package import Metering

/// Octets that a port delivered at once, and when.
package struct CaptureRead: Hashable, Sendable {
  package let arrival: UTCTime
  package let octets: [UInt8]
}

/// How messages become reads.
package enum ReadShape: String, CaseIterable, Hashable, Sendable {
  /// A read for each message, when it is complete.
  case whole
  /// Reads that begin and end anywhere: messages cut into up to four, and now and then the end of one together with the
  /// beginning of the next.
  case cut
}

/// Turns messages into the reads of a serial port; no octet is lost, and time does not run back.
package struct ReadShaper: Sendable {
  private let shape: ReadShape
  private var random: SplitMix64
  private var held: [UInt8] = []
  private var heldArrival: UTCTime?

  package init(_ shape: ReadShape, seed: UInt64) {
    self.shape = shape
    random = SplitMix64(seed: seed, purpose: UInt64.max - 2)
  }

  /// The reads that are complete with this message.
  package mutating func reads(of message: SimulatedMessage) -> [CaptureRead] {
    guard shape == .cut else { return [CaptureRead(arrival: message.received, octets: message.octets)] }
    let octets = message.octets
    let line = (message.received - message.sent).milliseconds
    var ends = (0..<random.next(in: 0...3)).map { _ in Int(random.next(in: 1...Int64(octets.count - 1))) }
    ends = Set(ends).sorted() + [octets.count]
    var reads: [CaptureRead] = []
    var begin = 0
    for end in ends {
      let arrival = message.sent + TimeSpan(milliseconds: line * Int64(end) / Int64(octets.count))
      let piece = held + octets[begin..<end]
      begin = end
      if end == octets.count, random.chance(perMille: 250) {
        held = piece
        heldArrival = arrival
      } else {
        held = []
        heldArrival = nil
        reads.append(CaptureRead(arrival: arrival, octets: piece))
      }
    }
    return reads
  }

  /// What is left when no further message comes.
  package mutating func rest() -> CaptureRead? {
    guard let heldArrival else { return nil }
    defer {
      held = []
      self.heldArrival = nil
    }
    return CaptureRead(arrival: heldArrival, octets: held)
  }
}
