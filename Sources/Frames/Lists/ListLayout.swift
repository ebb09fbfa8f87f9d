package import Metering

/// How one kind of list lays out its elements: a row of a table, no code.
///
/// Three shapes cover the makers. *Self-describing*: each element is a structure of OBIS code, value and, for a measured one,
/// scaler and unit (Aidon, Landis+Gyr). *Pairs*: OBIS code and value alternate, the scale is the layout's (Kamstrup, Kaifa in
/// Sweden). *Positional*: bare values, the place is the meaning (Kaifa). A layout is chosen by shape, count and leading text
/// (`protocol.md` 5.1); OBIS lists take order and count as hints only, because single-phase meters leave elements out.
package struct ListLayout: Sendable {
  /// For people: `Kaifa list 2, 3-phase`.
  package let name: String
  package let maker: Maker
  /// The value of `meter_manufacturer` that admits this layout besides `auto`.
  package let manufacturer: Manufacturer
  /// What the list is called where its shape alone says so; nil: `ListKind.of` tells by the content.
  package let kind: ListKind?
  package let shape: Shape
  /// Where the frame sends no scaler: the power of ten of what it sends.
  package let scales: Scales

  package enum Shape: Sendable {
    case selfDescribing
    /// `leading` elements without an OBIS code stand before the pairs.
    case pairs(leading: [Field])
    case positional([Field])
  }

  /// Powers of ten against W (var), A, V and Wh (varh).
  package struct Scales: Hashable, Sendable {
    package var power = 0
    package var current: Int
    package var voltage: Int
    package var energy: Int

    func exponent(of unit: Unit) -> Int {
      switch unit {
      case .watt, .var: power
      case .milliampere: current
      case .millivolt: voltage
      case .wattHour, .varHour: energy
      case .perMille: -2
      }
    }
  }
}

/// The setting `meter_manufacturer`, with the names of hass-AMS.
package enum Manufacturer: String, CaseIterable, Hashable, Sendable {
  case auto, aidon, aidonSE = "aidon_se", kamstrup, kaifa, kaifaSE = "kaifa_se", landisGyr = "landisgyr"

  func admits(_ other: Manufacturer) -> Bool { self == .auto || self == other }
}

/// What a list is for, in the words of NVE and of `decode --json`.
package enum ListKind: String, CaseIterable, Hashable, Sendable {
  /// Power alone, every 2 to 2.5 s.
  case list1
  /// Power, currents and voltages, every 10 s. Kamstrup's 10 s list.
  case list2
  /// The same and the registers, once an hour. Kamstrup's hourly list.
  case list3
  /// Sweden: everything each time, every 10 to 15 s.
  case se
  /// An ASCII telegram: everything each time.
  case p1
}
