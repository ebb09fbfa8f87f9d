internal import Metering

/// Writes A-XDR values, tag by tag (`protocol.md` 3.4).
struct AXDRWriter {
  private(set) var octets: [UInt8] = []

  mutating func null() { octets.append(0x00) }

  mutating func array(count: Int) {
    octets.append(0x01)
    length(count)
  }

  mutating func structure(count: Int) {
    octets.append(0x02)
    length(count)
  }

  mutating func unsigned32(_ value: UInt32) {
    octets.append(0x06)
    bigEndian(value)
  }

  mutating func octetString(_ content: some Collection<UInt8>) { string(0x09, content) }

  mutating func visibleString(_ content: some Collection<UInt8>) { string(0x0A, content) }

  mutating func integer8(_ value: Int8) {
    octets.append(0x0F)
    octets.append(UInt8(bitPattern: value))
  }

  mutating func integer16(_ value: Int16) {
    octets.append(0x10)
    bigEndian(UInt16(bitPattern: value))
  }

  mutating func unsigned16(_ value: UInt16) {
    octets.append(0x12)
    bigEndian(value)
  }

  mutating func enumeration(_ value: UInt8) {
    octets.append(0x16)
    octets.append(value)
  }

  /// Octets as they are, without a tag.
  mutating func raw(_ content: some Sequence<UInt8>) { octets.append(contentsOf: content) }

  mutating func bigEndian(_ value: UInt16) {
    octets.append(UInt8(truncatingIfNeeded: value &>> 8))
    octets.append(UInt8(truncatingIfNeeded: value))
  }

  mutating func bigEndian(_ value: UInt32) {
    bigEndian(UInt16(truncatingIfNeeded: value &>> 16))
    bigEndian(UInt16(truncatingIfNeeded: value))
  }

  /// A count of elements or octets: itself below 80, else the number of octets that follow, and they.
  mutating func length(_ count: Int) {
    switch count {
    case ..<0x80: octets.append(UInt8(truncatingIfNeeded: count))
    case ..<0x100: raw([0x81, UInt8(truncatingIfNeeded: count)])
    case ..<0x1_0000:
      octets.append(0x82)
      bigEndian(UInt16(truncatingIfNeeded: count))
    default:
      octets.append(0x84)
      bigEndian(UInt32(truncatingIfNeeded: count))
    }
  }

  private mutating func string(_ tag: UInt8, _ content: some Collection<UInt8>) {
    octets.append(tag)
    length(content.count)
    raw(content)
  }
}

extension MeterClock {
  /// The twelve octets of a COSEM date-time, hundredths unspecified (`protocol.md` 4.1).
  ///
  /// `sundayIsZero`: Aidon counts its days from Sunday = 0, the standard from Monday = 1 to Sunday = 7.
  func dateTimeOctets(sundayIsZero: Bool) -> [UInt8] {
    let weekday = wall.date.weekday
    let deviation = deviation.map { UInt16(bitPattern: Int16(truncatingIfNeeded: $0)) } ?? 0x8000
    let fields = [
      wall.date.year >> 8, wall.date.year, wall.date.month, wall.date.day, sundayIsZero ? weekday % 7 : weekday,
      wall.hour, wall.minute, wall.second, 0xFF, Int(deviation >> 8), Int(deviation), Int(status ?? 0xFF),
    ]
    return fields.map { UInt8(truncatingIfNeeded: $0) }
  }
}
