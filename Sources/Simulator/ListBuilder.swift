package import Metering

extension MeterModel {
  /// A message octet for octet as this meter sends it, flags included.
  ///
  /// `readings` are in base units; what is absent is sent as 0. `clock` is used where this list carries one: for Kaifa and
  /// Kamstrup always, for Aidon and Landis+Gyr in list 3.
  package func frame(_ list: PushList, readings: Readings, clock: MeterClock) -> [UInt8] {
    format.link.frames(message(list, readings: readings, clock: clock)).flatMap(\.self)
  }

  /// The same in frames of at most `segmentSize` octets of information. No Norwegian meter is known to do so.
  package func segments(_ list: PushList, readings: Readings, clock: MeterClock, segmentSize: Int) -> [[UInt8]] {
    format.link.frames(message(list, readings: readings, clock: clock), segmentSize: segmentSize)
  }

  /// What a right decoder reads from the frame of `measured`: rounded to what is sent, without what has no place in `list`,
  /// with the zeros that some meters send for what they do not measure.
  package func sent(_ measured: Readings, in list: PushList) -> Readings {
    var readings = Readings()
    for quantity in quantities(in: list) {
      let number = format.number(quantity)
      let value = isFixedAtZero(quantity) ? 0 : measured[quantity] ?? 0
      readings[quantity] = number.value(number.raw(value, of: quantity), of: quantity)
    }
    return readings
  }

  /// Whether `list` carries a clock.
  package func sendsClock(in list: PushList) -> Bool { list == .list3 || format.dateTime != .absent }

  var format: ListFormat {
    switch maker {
    case .kaifa: .kaifa
    case .kamstrup: .kamstrup
    case .landisGyr: .landisGyr
    default: .aidon
    }
  }

  /// Kaifa and Landis+Gyr send U2 of a 3-wire net as 0, Landis+Gyr also I2 (`protocol.md` 5.4, 5.7).
  private func isFixedAtZero(_ quantity: Quantity) -> Bool {
    guard wiring == .threeWire else { return false }
    return switch quantity {
    case .voltageL2: maker == .kaifa || maker == .landisGyr
    case .currentL2: maker == .landisGyr
    default: false
    }
  }

  /// LLC header, Data-Notification, body.
  private func message(_ list: PushList, readings: Readings, clock: MeterClock) -> [UInt8] {
    // Landis+Gyr is assumed to count its days like Aidon.
    let clockOctets = sendsClock(in: list) ? clock.dateTimeOctets(sundayIsZero: format.form == .elements) : []
    var writer = AXDRWriter()
    writer.raw([0xE6, 0xE7, 0x00, 0x0F])
    writer.bigEndian(format.invokeID)
    switch quirks.contains(.taggedDateTime) ? .tagged : format.dateTime {
    case .absent: writer.raw([0x00])
    case .tagged: writer.octetString(clockOctets)
    case .plain:
      writer.length(clockOctets.count)
      writer.raw(clockOctets)
    }
    let fields = fields(in: list, readings: readings, clock: clockOctets)
    switch format.form {
    case .elements: writeElements(fields, to: &writer)
    case .values: writeValues(fields, to: &writer)
    case .pairs: writePairs(fields, to: &writer)
    }
    return writer.octets
  }
}

/// One thing that a list says.
private enum Field {
  case listVersion([UInt8])
  case text([UInt8], obis: [UInt8])
  case clock([UInt8])
  case number(Int64, Quantity)
  /// The place of a quantity that is not measured.
  case null
}

extension MeterModel {
  private func fields(in list: PushList, readings: Readings, clock: [UInt8]) -> [Field] {
    func numbers(_ quantities: [Quantity]) -> [Field] {
      quantities.compactMap { quantity in
        guard measures(quantity) else { return quirks.contains(.nullPairs) ? .null : nil }
        return .number(format.number(quantity).raw(readings[quantity] ?? 0, of: quantity), quantity)
      }
    }
    if list == .list1 { return numbers([.activePowerImport]) }
    var fields: [Field] = [
      .listVersion(Array(identity.listVersion.utf8)),
      .text(idOctets, obis: format.meterID),
      .text(Array(identity.type.utf8), obis: format.meterType),
    ]
    fields += numbers(MeterModel.momentary)
    if list == .list3 {
      fields.append(.clock(clock))
      fields += numbers(MeterModel.registers)
    }
    return fields
  }

  /// Landis+Gyr fills the number up with NUL to 16 octets.
  private var idOctets: [UInt8] {
    let octets = Array(identity.id.utf8)
    guard maker == .landisGyr else { return octets }
    return octets + Array(repeating: 0, count: max(0, 16 - octets.count))
  }

  private func writeElements(_ fields: [Field], to writer: inout AXDRWriter) {
    writer.array(count: fields.count)
    for field in fields {
      switch field {
      case .listVersion(let octets):
        writer.structure(count: 2)
        writer.obis(format.listVersion)
        writer.visibleString(octets)
      case .text(let octets, let obis):
        writer.structure(count: 2)
        writer.obis(obis)
        writer.visibleString(octets)
      case .clock(let octets):
        writer.structure(count: 2)
        writer.obis(format.clock)
        writer.octetString(octets)
      case .number(let raw, let quantity):
        let number = format.number(quantity)
        writer.structure(count: 3)
        writer.obis(format.obis(quantity))
        writer.number(raw, number.type)
        writer.structure(count: 2)
        writer.integer8(Int8(truncatingIfNeeded: number.exponent))
        writer.enumeration(quantity.unit.dlmsCode)
      case .null:
        writer.null()
      }
    }
  }

  private func writeValues(_ fields: [Field], to writer: inout AXDRWriter) {
    writer.structure(count: fields.count)
    for field in fields {
      switch field {
      case .listVersion(let octets), .text(let octets, _), .clock(let octets): writer.octetString(octets)
      case .number(let raw, let quantity): writer.number(raw, format.number(quantity).type)
      case .null: writer.null()
      }
    }
  }

  private func writePairs(_ fields: [Field], to writer: inout AXDRWriter) {
    // The list version stands alone; everything after it is two items.
    writer.structure(count: fields.count * 2 - 1)
    for field in fields {
      switch field {
      case .listVersion(let octets):
        writer.visibleString(octets)
      case .text(let octets, let obis):
        writer.obis(obis)
        writer.visibleString(octets)
      case .clock(let octets):
        writer.obis(format.clock)
        writer.octetString(octets)
      case .number(let raw, let quantity):
        writer.obis(format.obis(quantity))
        writer.number(raw, format.number(quantity).type)
      case .null:
        writer.null()
        writer.null()
      }
    }
  }
}

extension AXDRWriter {
  fileprivate mutating func obis(_ groups: [UInt8]) { octetString(groups + [0xFF]) }

  fileprivate mutating func number(_ raw: Int64, _ type: ListFormat.NumberType) {
    switch type {
    case .unsigned32: unsigned32(UInt32(clamping: raw))
    case .unsigned16: unsigned16(UInt16(clamping: raw))
    case .integer16: integer16(Int16(clamping: raw))
    }
  }
}

extension Unit {
  /// The unit's number in DLMS (`protocol.md` 3.5).
  fileprivate var dlmsCode: UInt8 {
    switch self {
    case .watt: 27
    case .var: 29
    case .wattHour: 30
    case .varHour: 32
    case .milliampere: 33
    case .millivolt: 35
    case .perMille: 255
    }
  }
}
