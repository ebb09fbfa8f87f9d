import Metering

/// A COSEM date-time, twelve octets (DLMS Blue Book 4.1.6.1; `protocol.md` 4.1).
///
///     year 2 | month | day | day of week | hour | minute | second | hundredths | deviation 2 | status
enum COSEMDateTime {
  static let size = 12

  /// The clock at `place`, or nil when a field that makes the reading is unspecified (FF) or impossible: that is no clock.
  ///
  /// The day of the week is not looked at: Aidon sends 0 for Sunday. The octets must be there.
  static func clock(_ octets: Span<UInt8>, at place: Int) -> MeterClock? {
    let bytes = octets.bytes.extracting(place..<(place + size))
    let date = UInt64(bigEndian: bytes.unsafeLoadUnaligned(fromByteOffset: 0, as: UInt64.self))
    func octet(_ place: Int) -> Int { Int(date >> UInt64(8 * (7 - place)) & 0xFF) }
    guard
      let wall = CivilTime(
        year: Int(date >> 48), month: octet(2), day: octet(3), hour: octet(5), minute: octet(6), second: octet(7))
    else { return nil }
    let deviation = Int16(bigEndian: bytes.unsafeLoadUnaligned(fromByteOffset: 9, as: Int16.self))
    let status = bytes.unsafeLoad(fromByteOffset: 11, as: UInt8.self)
    return MeterClock(
      wall: wall, deviation: deviation == .min ? nil : Int(deviation), status: status == 0xFF ? nil : status)
  }
}
