internal import Metering

/// Text written octet by octet: a capture of a week has millions of them, and a `String` for each would cost seconds.
extension [UInt8] {
  private static let hexDigits = Array("0123456789ABCDEF".utf8)

  mutating func append(_ text: StaticString) {
    text.withUTF8Buffer { append(contentsOf: $0) }
  }

  mutating func append(hex octets: [UInt8]) {
    var index = 0
    while index < octets.count {
      append([UInt8].hexDigits[Int(octets[index] >> 4)])
      append([UInt8].hexDigits[Int(octets[index] & 0x0F)])
      index += 1
    }
  }

  mutating func append(decimal number: Int64, width: Int = 1) {
    if number < 0 { append(0x2D) }
    let magnitude = number.magnitude
    var place: UInt64 = 1
    var digits = 1
    while digits < width || magnitude / place >= 10 {
      place *= 10
      digits += 1
    }
    while place > 0 {
      append(0x30 + UInt8(magnitude / place % 10))
      place /= 10
    }
  }

  /// `value` × 10^−`decimals` in its shortest form: 5640 with 3 decimals is `5.64`.
  mutating func append(decimal value: Int64, decimals: Int) {
    var factor: Int64 = 1
    for _ in 0..<decimals { factor *= 10 }
    if value < 0 { append(0x2D) }
    append(decimal: Int64(value.magnitude) / factor)
    let fraction = Int64(value.magnitude) % factor
    guard fraction > 0 else { return }
    append(0x2E)
    append(decimal: fraction, width: decimals)
    while last == 0x30 { removeLast() }
  }

  /// `2026-01-15T13:00:10`
  mutating func append(_ civil: CivilTime) {
    append(decimal: Int64(civil.date.year), width: 4)
    append("-")
    append(decimal: Int64(civil.date.month), width: 2)
    append("-")
    append(decimal: Int64(civil.date.day), width: 2)
    append("T")
    append(decimal: Int64(civil.hour), width: 2)
    append(":")
    append(decimal: Int64(civil.minute), width: 2)
    append(":")
    append(decimal: Int64(civil.second), width: 2)
  }

  /// `2026-01-15T13:00:11.250Z`
  mutating func append(_ time: UTCTime) {
    append(CivilTime(secondsSince1970: time.seconds))
    append(".")
    append(decimal: time.milliseconds - time.seconds * 1000, width: 3)
    append("Z")
  }
}

extension CaptureRead {
  /// `2026-01-15T13:00:11.250Z 7EA0...7E` and a line end.
  func append(to text: inout [UInt8]) {
    text.append(arrival)
    text.append(" ")
    text.append(hex: octets)
    text.append("\n")
  }
}

extension SimulatedMessage {
  private static let keys: [[UInt8]] = Quantity.allCases.map { Array(",\"\($0.key)\":".utf8) }

  /// One JSON object and a line end: when the message was sent and received, and every value under the key that
  /// `ams-logger decode --json` gives it.
  func appendValues(of model: MeterModel, to text: inout [UInt8]) {
    text.append("{\"received\":\"")
    text.append(received)
    text.append("\",\"sent\":\"")
    text.append(sent)
    text.append("\",\"list\":\"")
    text.append(contentsOf: list.rawValue.utf8)
    text.append("\",\"valid\":true,\"values\":{")
    let start = text.count
    if list != .list1 {
      text.append(",\"list_version_id\":\"")
      text.append(contentsOf: model.identity.listVersion.utf8)
      text.append("\",\"meter_id\":\"")
      text.append(contentsOf: model.identity.id.utf8)
      text.append("\",\"meter_type\":\"")
      text.append(contentsOf: model.identity.type.utf8)
      text.append("\"")
    }
    for quantity in model.quantities(in: list) {
      guard let value = readings[quantity] else { continue }
      text.append(contentsOf: SimulatedMessage.keys[Int(quantity.rawValue)])
      text.append(decimal: value, decimals: -quantity.unit.exponent)
    }
    if let clock { SimulatedMessage.append(clock, to: &text) }
    text.remove(at: start)  // the comma in front of the first value
    text.append("}}\n")
  }

  private static func append(_ clock: MeterClock, to text: inout [UInt8]) {
    text.append(",\"meter_time\":\"")
    text.append(clock.wall)
    text.append("\"")
    if let deviation = clock.deviation {
      text.append(",\"meter_time_offset_minutes\":")
      text.append(decimal: Int64(deviation))
    }
    if let status = clock.status {
      text.append(",\"meter_time_status\":")
      text.append(decimal: Int64(status))
    }
  }
}

extension HourTruth {
  /// One JSON object and a line end; the keys are explained at `CaptureFiles`.
  func append(step: Int64, to text: inout [UInt8]) {
    func register(_ energy: Int64) -> Int64 {
      energy.flooredQuotient(by: EnergyCounter.wattHour * step) * step
    }
    text.append("{\"hour\":\"")
    text.append(CivilTime(secondsSince1970: hour.seconds))
    text.append("Z\",\"import_millijoules\":")
    text.append(decimal: imported)
    text.append(",\"export_millijoules\":")
    text.append(decimal: exported)
    text.append(",\"register_step_wh\":")
    text.append(decimal: step)
    text.append(",\"import_register_start_wh\":")
    text.append(decimal: register(start.activeImport))
    text.append(",\"import_register_end_wh\":")
    text.append(decimal: register(end.activeImport))
    text.append(",\"export_register_start_wh\":")
    text.append(decimal: register(start.activeExport))
    text.append(",\"export_register_end_wh\":")
    text.append(decimal: register(end.activeExport))
    text.append("}\n")
  }
}
