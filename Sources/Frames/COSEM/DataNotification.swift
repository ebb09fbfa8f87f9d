package import Metering

/// A Data-Notification APDU behind its LLC header (DLMS Green Book; `protocol.md` 3.1, 3.2), as places in the octets.
///
///     E6 E7 00 | 0F | long-invoke-id-and-priority 4 | date-time | body
package struct DataNotification: Hashable, Sendable {
  /// The long-invoke-id-and-priority: the same in every message of most meters.
  package var invokeID: UInt32
  /// The clock that the APDU carries; nil when it is absent or unspecified.
  package var clock: MeterClock?
  /// The place of the date-time's twelve octets, where there are any.
  package var clockOffset: Int?
  /// The one A-XDR value, to the end of the message.
  package var body: Range<Int>

  static let destinationLSAP: UInt8 = 0xE6
  static let sourceLSAP: UInt8 = 0xE7
  static let tag: UInt8 = 0x0F

  /// Reads the message that fills `octets[range]`. A message without the LLC header is accepted.
  package init(_ octets: Span<UInt8>, in range: Range<Int>) throws(APDUError) {
    var place = range.lowerBound
    let end = range.upperBound
    guard place < end else { throw APDUError(.empty, at: place) }
    if octets[place] == DataNotification.destinationLSAP {
      guard end - place > 3 else { throw APDUError(.truncated, at: place) }
      guard octets[place + 1] == DataNotification.sourceLSAP, octets[place + 2] == 0 else {
        throw APDUError(.otherLLC(octets[place + 1]), at: place + 1)
      }
      place += 3
    }
    guard octets[place] == DataNotification.tag else { throw APDUError(.otherTag(octets[place]), at: place) }
    guard place + 5 < end else { throw APDUError(.truncated, at: range.lowerBound) }
    invokeID = UInt32(bigEndian: octets.bytes.unsafeLoadUnaligned(fromByteOffset: place + 1, as: UInt32.self))
    place += 5
    place += try DataNotification.prefix(octets, at: place, end: end, clock: &clock, clockOffset: &clockOffset)
    guard place < end else { throw APDUError(.truncated, at: range.lowerBound) }
    guard octets[place] == AXDRTag.array.rawValue || octets[place] == AXDRTag.structure.rawValue else {
      throw APDUError(.body(octets[place]), at: place)
    }
    body = place..<end
  }

  /// Whether a message begins here: with the LLC header of a push.
  static func hasLLC(_ octets: Span<UInt8>) -> Bool {
    octets.count >= 3 && octets[0] == destinationLSAP && octets[1] == sourceLSAP && octets[2] == 0
  }

  /// The four forms of the date-time: `00` absent, `0C` + 12, `09 0C` + 12, `19` + 12. Returns how long it is.
  private static func prefix(
    _ octets: Span<UInt8>, at place: Int, end: Int, clock: inout MeterClock?, clockOffset: inout Int?
  ) throws(APDUError) -> Int {
    let before: Int
    switch octets[place] {
    case 0x00: return 1
    case 0x0C, AXDRTag.dateTime.rawValue: before = 1
    case AXDRTag.octetString.rawValue:
      guard place + 1 < end, octets[place + 1] == 0x0C else { throw APDUError(.dateTime(octets[place]), at: place) }
      before = 2
    default: throw APDUError(.dateTime(octets[place]), at: place)
    }
    guard end - place >= before + COSEMDateTime.size else { throw APDUError(.truncated, at: place) }
    clockOffset = place + before
    clock = COSEMDateTime.clock(octets, at: place + before)
    return before + COSEMDateTime.size
  }
}

/// Why a message is no Data-Notification, and where.
package struct APDUError: Error, Hashable, Sendable, CustomStringConvertible {
  package enum Kind: Hashable, Sendable {
    case empty
    case truncated
    case otherLLC(UInt8)
    case otherTag(UInt8)
    case dateTime(UInt8)
    case body(UInt8)
  }

  package let kind: Kind
  package let offset: Int

  init(_ kind: Kind, at offset: Int) {
    self.kind = kind
    self.offset = offset
  }

  package var description: String {
    switch kind {
    case .empty: "frame without information"
    case .truncated: "octet \(offset): Data-Notification is truncated"
    case .otherLLC(let octet): "octet \(offset): LLC source is \(hexText(octet)), expected 0xE7 00"
    case .otherTag(let tag): "octet \(offset): APDU tag is \(hexText(tag)), expected 0x0F (Data-Notification)"
    case .dateTime(let octet): "octet \(offset): \(hexText(octet)) is no form of a date-time"
    case .body(let tag): "octet \(offset): body begins with \(hexText(tag)), expected an array or a structure"
    }
  }
}
