internal import Metering

/// How one maker writes its lists: a row of the table below (`protocol.md` 2.1, 3.2, 5.3–5.5, 5.7).
struct ListFormat {
  enum Form {
    /// Array of structures: OBIS, value, scaler and unit.
    case elements
    /// Structure of bare values: the place is the meaning.
    case values
    /// Structure: list version, then OBIS and value in turn.
    case pairs
  }

  /// The date-time of the APDU.
  enum DateTimeForm {
    case absent
    /// With an octet-string tag that should not be there.
    case tagged
    /// Length and octets, as the standard has it.
    case plain
  }

  enum NumberType { case unsigned32, unsigned16, integer16 }

  /// The type and the power of ten of a number: raw value × 10^exponent is W, var, A, V, Wh or varh.
  struct Number {
    let type: NumberType
    let exponent: Int
  }

  let form: Form
  let link: HDLCFrameBuilder
  let invokeID: UInt32
  let dateTime: DateTimeForm
  let current: Number
  let voltage: Number
  let energy: Number
  /// Groups A to E of the OBIS codes (F is always 255).
  let listVersion: [UInt8]
  let meterID: [UInt8]
  let meterType: [UInt8]
  let clock: [UInt8]
  /// Groups A and B of all numbers.
  let channel: [UInt8]

  static let aidon = ListFormat(
    form: .elements, link: HDLCFrameBuilder(addresses: [0x41, 0x08, 0x83], control: 0x13), invokeID: 0x4000_0000,
    dateTime: .absent, current: Number(type: .integer16, exponent: -1),
    voltage: Number(type: .unsigned16, exponent: -1), energy: Number(type: .unsigned32, exponent: 1),
    listVersion: [1, 1, 0, 2, 129], meterID: [0, 0, 96, 1, 0], meterType: [0, 0, 96, 1, 7], clock: [0, 0, 1, 0, 0],
    channel: [1, 0])

  /// Lists 1 and 2 as captured. List 3 never was: it is assumed to be Aidon's, registers of 10 Wh included.
  static let landisGyr = ListFormat(
    form: .elements, link: aidon.link, invokeID: aidon.invokeID,
    dateTime: .absent, current: Number(type: .integer16, exponent: -2),
    voltage: Number(type: .unsigned16, exponent: -1), energy: Number(type: .unsigned32, exponent: 1),
    listVersion: aidon.listVersion, meterID: aidon.meterID, meterType: aidon.meterType, clock: aidon.clock,
    channel: aidon.channel)

  /// No OBIS code is sent.
  static let kaifa = ListFormat(
    form: .values, link: HDLCFrameBuilder(addresses: [0x01, 0x02, 0x01], control: 0x10), invokeID: 0x4000_0000,
    dateTime: .tagged, current: Number(type: .unsigned32, exponent: -3),
    voltage: Number(type: .unsigned32, exponent: -1), energy: Number(type: .unsigned32, exponent: 0),
    listVersion: [], meterID: [], meterType: [], clock: [], channel: [])

  /// The list version is sent without its code.
  static let kamstrup = ListFormat(
    form: .pairs, link: HDLCFrameBuilder(addresses: [0x2B, 0x21], control: 0x13), invokeID: 0,
    dateTime: .plain, current: Number(type: .unsigned32, exponent: -2),
    voltage: Number(type: .unsigned16, exponent: 0), energy: Number(type: .unsigned32, exponent: 1),
    listVersion: [], meterID: [1, 1, 0, 0, 5], meterType: [1, 1, 96, 1, 1], clock: [0, 1, 1, 0, 0], channel: [1, 1])

  func number(_ quantity: Quantity) -> Number {
    switch quantity.unit {
    case .milliampere: current
    case .millivolt: voltage
    case .wattHour, .varHour: energy
    case .watt, .var, .perMille: Number(type: .unsigned32, exponent: 0)
    }
  }

  /// Groups A to E of a number.
  func obis(_ quantity: Quantity) -> [UInt8] {
    let code: [UInt8] =
      switch quantity {
      case .activePowerImport: [1, 7]
      case .activePowerExport: [2, 7]
      case .reactivePowerImport: [3, 7]
      case .reactivePowerExport: [4, 7]
      case .currentL1: [31, 7]
      case .currentL2: [51, 7]
      case .currentL3: [71, 7]
      case .voltageL1: [32, 7]
      case .voltageL2: [52, 7]
      case .voltageL3: [72, 7]
      case .activeEnergyImport: [1, 8]
      case .activeEnergyExport: [2, 8]
      case .reactiveEnergyImport: [3, 8]
      case .reactiveEnergyExport: [4, 8]
      default: []
      }
    return channel + code + [0]
  }
}

extension ListFormat.Number {
  /// The number that is sent for `value` in the base unit, within the range of its type. Registers are cut to whole steps,
  /// momentary values are rounded.
  func raw(_ value: Int64, of quantity: Quantity) -> Int64 {
    let power = quantity.unit.exponent - exponent
    let step = Int64(1).scaled(byPowerOfTen: -power) ?? 1
    let raw = quantity.isRegister ? value.flooredQuotient(by: step) : value.rounded(byPowerOfTen: power) ?? 0
    return switch type {
    case .unsigned32: min(raw.magnitudeAsSigned, Int64(UInt32.max))
    case .unsigned16: min(raw.magnitudeAsSigned, Int64(UInt16.max))
    case .integer16: Int64(Int16(clamping: raw))
    }
  }

  /// What a receiver makes of `raw`, in the base unit.
  func value(_ raw: Int64, of quantity: Quantity) -> Int64 {
    raw.scaled(byPowerOfTen: exponent - quantity.unit.exponent) ?? 0
  }
}

extension Int64 {
  fileprivate var magnitudeAsSigned: Int64 { Int64(clamping: magnitude) }
}
