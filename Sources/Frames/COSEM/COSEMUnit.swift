import Metering

/// The units of DLMS (Blue Book 4.3.2, table of `unit`) that meter lists use; the code on the wire is the raw value.
enum COSEMUnit: UInt8 {
  case watt = 27
  case voltAmpere = 28
  case `var` = 29
  case wattHour = 30
  case voltAmpereHour = 31
  case varHour = 32
  case ampere = 33
  case volt = 35
  case none = 255

  /// Whether a value in this unit can be one of `unit`.
  func measures(_ unit: Unit) -> Bool {
    switch unit {
    case .watt: self == .watt
    case .var: self == .var
    case .milliampere: self == .ampere
    case .millivolt: self == .volt
    case .wattHour: self == .wattHour
    case .varHour: self == .varHour
    case .perMille: self == .none
    }
  }
}
