package import Metering

/// One block of a general-block-transfer (DLMS Green Book; `protocol.md` 3.3), as places in the octets.
///
///     [E6 E7 00] | E0 | block-control 1 | block-number 2 | block-number-ack 2 | length | data
package struct TransferBlock: Hashable, Sendable {
  /// From 1.
  package var number: UInt16
  /// No block of the message follows.
  package var isLast: Bool
  package var data: Range<Int>

  static let tag: UInt8 = 0xE0

  /// Whether the message `octets[range]`, with LLC or without, is a block.
  package static func isBlock(_ octets: Span<UInt8>, in range: Range<Int>) -> Bool {
    let start = afterLLC(octets, in: range)
    return start < range.upperBound && octets[start] == tag
  }

  /// Reads the block that fills `octets[range]`; nil when its length is not what is there.
  package init?(_ octets: Span<UInt8>, in range: Range<Int>) {
    var place = TransferBlock.afterLLC(octets, in: range)
    let end = range.upperBound
    guard end - place > 7, octets[place] == TransferBlock.tag else { return nil }
    isLast = octets[place + 1] & 0x80 != 0
    number = UInt16(octets[place + 2]) << 8 | UInt16(octets[place + 3])
    place += 6
    guard let length = try? AXDRReader.length(octets, at: &place, end: end), length == end - place else { return nil }
    data = place..<end
  }

  private static func afterLLC(_ octets: Span<UInt8>, in range: Range<Int>) -> Int {
    DataNotification.hasLLC(octets.extracting(range)) ? range.lowerBound + 3 : range.lowerBound
  }
}

/// Puts the blocks of a message together: numbers from 1, without a gap, all or nothing.
package struct BlockAssembler: Sendable {
  package typealias Outcome = JoinOutcome<BlockFault>

  /// The octets of the last complete message.
  package private(set) var message: [UInt8] = []
  private var octets: [UInt8] = []
  private var last: UInt16 = 0
  private var started = UTCTime(milliseconds: 0)

  private static let longestMessage = 8192
  private static let longestAge = TimeSpan.seconds(10)

  package init() {}

  /// There were octets that belong to no sound frame: one of them may have been a block of what is open.
  package mutating func destroy() {
    octets.removeAll(keepingCapacity: true)
    last = 0
  }

  /// Takes the message `octets[range]`, of which `TransferBlock.isBlock` is true.
  package mutating func take(_ octets: Span<UInt8>, in range: Range<Int>, arrival: UTCTime) -> Outcome {
    guard let block = TransferBlock(octets, in: range) else { return refuse(.malformed) }
    if block.number == 1 {
      destroy()
      started = arrival
    } else {
      guard last > 0, (arrival - started).magnitude <= BlockAssembler.longestAge else { return refuse(.noBeginning) }
      guard last < .max, block.number == last + 1 else {
        return refuse(.outOfOrder(expected: Int(last) + 1, found: block.number))
      }
    }
    guard self.octets.count + block.data.count <= BlockAssembler.longestMessage else { return refuse(.tooLong) }
    octets.extracting(block.data).withUnsafeBufferPointer { self.octets.append(contentsOf: $0) }
    last = block.number
    guard block.isLast else { return .waiting }
    message = self.octets
    destroy()
    return .complete
  }

  private mutating func refuse(_ fault: BlockFault) -> Outcome {
    destroy()
    return .refused(fault)
  }
}

/// Why a block was refused.
package enum BlockFault: Hashable, Sendable, CustomStringConvertible {
  case malformed
  case noBeginning
  case outOfOrder(expected: Int, found: UInt16)
  case tooLong

  package var description: String {
    switch self {
    case .malformed: "block of a message whose length is not that of its data"
    case .noBeginning: "block without the beginning of its message"
    case .outOfOrder(let expected, let found): "block \(found) of its message where \(expected) should come"
    case .tooLong: "message of blocks is longer than 8192 octets"
    }
  }
}
