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
    let year = Int(octets[place]) << 8 | Int(octets[place + 1])
    guard
      let wall = CivilTime(
        year: year, month: Int(octets[place + 2]), day: Int(octets[place + 3]), hour: Int(octets[place + 5]),
        minute: Int(octets[place + 6]), second: Int(octets[place + 7]))
    else { return nil }
    let deviation = Int16(bitPattern: UInt16(octets[place + 9]) << 8 | UInt16(octets[place + 10]))
    let status = octets[place + 11]
    return MeterClock(
      wall: wall, deviation: deviation == .min ? nil : Int(deviation), status: status == 0xFF ? nil : status)
  }
}
