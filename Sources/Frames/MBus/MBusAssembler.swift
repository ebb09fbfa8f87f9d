package import Metering

/// Puts the parts of a DLMS message together that came in frames of wired M-Bus (EN 13757-1).
///
/// One message at a time, of 16 parts at most, which bounds it to 4 KiB: any doubt destroys it rather than joining what does
/// not belong together.
package struct MBusAssembler: Sendable {
  package typealias Outcome = JoinOutcome<MBusFault>

  /// The octets of the last complete message.
  package private(set) var message: [UInt8] = []
  private var open: Open?

  private struct Open: Sendable {
    let address: UInt8
    let accessPoints: UInt16
    let started: UTCTime
    var next: UInt8
    var octets: [UInt8]
  }

  private static let longestAge = TimeSpan.seconds(10)

  package init() {}

  /// There were octets that belong to no sound frame: one of them may have been a part of what is open.
  package mutating func destroy() { open = nil }

  /// Takes a part; `data` are the octets of `frame.data`.
  package mutating func take(_ frame: MBusFrame, data: Span<UInt8>, arrival: UTCTime) -> Outcome {
    var message: Open
    if frame.sequence == 0 {
      message = Open(address: frame.address, accessPoints: frame.accessPoints, started: arrival, next: 0, octets: [])
    } else {
      guard let begun = open, (arrival - begun.started).magnitude <= MBusAssembler.longestAge,
        begun.address == frame.address, begun.accessPoints == frame.accessPoints
      else {
        open = nil
        return .refused(.noBeginning)
      }
      message = begun
    }
    open = nil
    guard frame.sequence == message.next else {
      return .refused(.outOfOrder(expected: message.next, found: frame.sequence))
    }
    data.withUnsafeBufferPointer { message.octets.append(contentsOf: $0) }
    message.next = frame.sequence + 1
    guard frame.isLast else {
      open = message
      return .waiting
    }
    self.message = message.octets
    return .complete
  }
}

/// Why a part was refused.
package enum MBusFault: Hashable, Sendable, CustomStringConvertible {
  case noBeginning
  case outOfOrder(expected: UInt8, found: UInt8)

  package var description: String {
    switch self {
    case .noBeginning: "M-Bus telegram without the beginning of its message"
    case .outOfOrder(let expected, let found): "M-Bus telegram \(found) of its message where \(expected) should come"
    }
  }
}
