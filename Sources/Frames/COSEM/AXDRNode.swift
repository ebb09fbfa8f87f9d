/// One value of an A-XDR body (IEC 61334-6; `protocol.md` 3.4), as a place in the octets.
///
/// A body is read into a flat row of nodes in the order of the octets: a container, then its elements. `next` leads past a
/// container, so that a reader who does not know an element can step over it.
package struct AXDRNode: Hashable, Sendable {
  /// The type's tag, for example 06 for double-long-unsigned.
  package var tag: AXDRTag
  /// 0 for the body itself.
  package var depth: UInt8
  /// The place of the tag octet.
  package var offset: Int32
  /// The place of the first content octet: behind the tag, and behind the length where there is one.
  package var contentOffset: Int32
  /// Content octets; of a container: the number of its elements.
  package var count: Int32
  /// The place in the row of the first node that is not inside this one.
  package var next: Int32
  /// The value of a number, boolean or enum; 0 for anything else.
  package var value: Int64

  package var content: Range<Int> { Int(contentOffset)..<Int(contentOffset + count) }
}

/// The types of DLMS data (Blue Book 4.1.5), by the tag that stands on the wire.
package enum AXDRTag: UInt8, Hashable, Sendable {
  case nullData = 0x00
  case array = 0x01
  case structure = 0x02
  case boolean = 0x03
  case bitString = 0x04
  case doubleLong = 0x05
  case doubleLongUnsigned = 0x06
  case octetString = 0x09
  case visibleString = 0x0A
  case utf8String = 0x0C
  case bcd = 0x0D
  case integer = 0x0F
  case long = 0x10
  case unsigned = 0x11
  case longUnsigned = 0x12
  case long64 = 0x14
  case long64Unsigned = 0x15
  case enumeration = 0x16
  case float32 = 0x17
  case float64 = 0x18
  case dateTime = 0x19
  case date = 0x1A
  case time = 0x1B

  package var isContainer: Bool { self == .array || self == .structure }

  package var isText: Bool { self == .octetString || self == .visibleString || self == .utf8String }

  /// A whole number that can be a measured value.
  package var isInteger: Bool {
    switch self {
    case .doubleLong, .doubleLongUnsigned, .integer, .long, .unsigned, .longUnsigned, .long64, .long64Unsigned: true
    default: false
    }
  }

  /// The name that the standard gives the type.
  package var name: String {
    switch self {
    case .nullData: "null-data"
    case .array: "array"
    case .structure: "structure"
    case .boolean: "boolean"
    case .bitString: "bit-string"
    case .doubleLong: "double-long"
    case .doubleLongUnsigned: "double-long-unsigned"
    case .octetString: "octet-string"
    case .visibleString: "visible-string"
    case .utf8String: "utf8-string"
    case .bcd: "bcd"
    case .integer: "integer"
    case .long: "long"
    case .unsigned: "unsigned"
    case .longUnsigned: "long-unsigned"
    case .long64: "long64"
    case .long64Unsigned: "long64-unsigned"
    case .enumeration: "enum"
    case .float32: "float32"
    case .float64: "float64"
    case .dateTime: "date-time"
    case .date: "date"
    case .time: "time"
    }
  }
}
