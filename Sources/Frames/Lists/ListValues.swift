import Metering

extension MeterList {
  /// A value as `decode --json` prints it.
  package enum Value: Hashable, Sendable {
    case text(String)
    /// A decimal number, exact, in the plain unit.
    case number(String)
    case boolean(Bool)
  }

  /// Everything that the list said, under the names of `decode --json`: `meter_id`, `active_power_import_w`, `current_l1_a`.
  package var values: [(key: String, value: Value)] {
    var values: [(key: String, value: Value)] = []
    func add(_ key: String, _ text: ShortText) {
      if !text.isEmpty { values.append((key, .text(text.description))) }
    }
    add("list_version_id", listVersion)
    add("ident", identification)
    if !identification.isEmpty { values.append(("meter_manufacturer", .text(String("\(identification)".prefix(3))))) }
    add("device_name", deviceName)
    add("meter_id", meterID)
    add("meter_type", meterType)
    if let clock {
      values.append(("meter_time", .text(clock.wall.iso8601)))
      if let deviation = clock.deviation { values.append(("meter_time_offset_minutes", .number(String(-deviation)))) }
      if let status = clock.status ?? unspecifiedStatus {
        values.append(("meter_time_status", .number(String(status))))
      }
      if let clockSaysSummer { values.append(("meter_time_dst", .boolean(clockSaysSummer))) }
    }
    if let tariff { values.append(("tariff", .number(String(tariff)))) }
    for quantity in readings.quantities {
      if let value = readings[quantity] { values.append((quantity.key, .number(quantity.unit.text(value)))) }
    }
    return values
  }

  /// An unspecified status is an octet too, and says so; a P1 telegram has none.
  private var unspecifiedStatus: UInt8? { kind == .p1 ? nil : 0xFF }
}
