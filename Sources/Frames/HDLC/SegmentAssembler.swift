package import Metering

/// Puts the information fields of segmented frames together (ISO/IEC 13239; `protocol.md` 2.4).
///
/// No Nordic meter was seen to segment, so this is defence: few senders, bounded size and age, and any doubt destroys the
/// message rather than joining what does not belong together.
package struct SegmentAssembler: Sendable {
  package typealias Outcome = JoinOutcome<SegmentFault>

  /// The octets of the last complete message.
  package private(set) var message: [UInt8] = []
  private var open: [Open] = []

  fileprivate struct Open: Sendable {
    let destination: UInt32
    let source: UInt32
    let started: UTCTime
    var control: UInt8
    /// By how much N(S) went up from the first segment to the second: 1, or 0 from a sender that does not count.
    var step: UInt8?
    var octets: [UInt8] = []
  }

  private static let longestMessage = 8192
  private static let longestAge = TimeSpan.seconds(10)
  private static let mostSenders = 4

  package init() {}

  /// Whether a frame has to come here: it says that more follow, or its sender has a message open.
  package func wants(_ frame: HDLCFrame) -> Bool {
    frame.isSegmented || (!open.isEmpty && open.contains { $0.isFrom(frame) })
  }

  /// There were octets that belong to no sound frame: they may have been anybody's segment, so nothing open can be trusted.
  package mutating func destroyAll() { open.removeAll() }

  /// Takes the information field of a frame that `wants` said yes to.
  package mutating func take(_ frame: HDLCFrame, information: Span<UInt8>, arrival: UTCTime) -> Outcome {
    open.removeAll { (arrival - $0.started).magnitude > SegmentAssembler.longestAge }
    let startsMessage = DataNotification.hasLLC(information)
    var entry: Open
    if let index = open.firstIndex(where: { $0.isFrom(frame) }) {
      entry = open.remove(at: index)
      if startsMessage {
        entry = Open(frame, at: arrival)
      } else {
        guard entry.goesOn(with: frame.control) else { return .refused(.outOfOrder) }
      }
    } else {
      guard startsMessage else { return .refused(.noBeginning) }
      entry = Open(frame, at: arrival)
    }
    guard entry.octets.count + information.count <= SegmentAssembler.longestMessage else { return .refused(.tooLong) }
    information.withUnsafeBufferPointer { entry.octets.append(contentsOf: $0) }
    guard frame.isSegmented else {
      message = entry.octets
      return .complete
    }
    if open.count == SegmentAssembler.mostSenders { open.removeFirst() }
    open.append(entry)
    return .waiting
  }
}

extension SegmentAssembler.Open {
  fileprivate init(_ frame: HDLCFrame, at arrival: UTCTime) {
    self.init(destination: frame.destination, source: frame.source, started: arrival, control: frame.control)
  }

  fileprivate func isFrom(_ frame: HDLCFrame) -> Bool {
    destination == frame.destination && source == frame.source
  }

  /// I-frames count N(S), bits 1 to 3, by one modulo 8, or (Kaifa) not at all; what a sender begins with it keeps up.
  fileprivate mutating func goesOn(with next: UInt8) -> Bool {
    defer { control = next }
    guard control & 1 == 0, next & 1 == 0 else { return true }
    let step = (next >> 1 &- control >> 1) & 7
    guard step <= 1, step == self.step ?? step else { return false }
    self.step = step
    return true
  }
}

/// Why a segment was refused.
package enum SegmentFault: Hashable, Sendable, CustomStringConvertible {
  case noBeginning, outOfOrder, tooLong

  package var description: String {
    switch self {
    case .noBeginning: "segment without the beginning of its message"
    case .outOfOrder: "segment out of order: its number N(S) does not follow the one before"
    case .tooLong: "segmented message is longer than 8192 octets"
    }
  }
}
