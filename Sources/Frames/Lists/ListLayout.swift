package import Metering

/// How one kind of list lays out its elements: a row of a table, no code.
///
/// A layout is chosen by shape, count, types and leading text (`protocol.md` 5.1); OBIS lists take order and count as hints
/// only, because single-phase meters leave elements out.
package struct ListLayout: Sendable {
  /// For people: `Kaifa list 2, 3-phase`.
  package let name: String
  package let maker: Maker
  /// The values of `meter_manufacturer` that admit this layout besides `auto`.
  package let manufacturers: [Manufacturer]
  /// What the list is called where its shape alone says so; nil: its content tells.
  package let kind: ListKind?
  package let shape: Shape
  /// Where the frame sends no scaler: the power of ten of what it sends.
  package let scales: Scales

  package enum Shape: Sendable {
    /// Each element is a structure of OBIS code, value and, for a measured one, scaler and unit (Aidon, Landis+Gyr E350).
    case selfDescribing
    /// OBIS code and value alternate, behind `leading` elements without a code (Kamstrup, Kaifa in Sweden).
    case pairs(leading: [Field])
    /// Bare values: the place is the meaning (Kaifa, Iskraemeco, Landis+Gyr).
    case positional([Field])
    /// Code, value, and scaler and unit, in whatever containers they stand. The elements that have no code are `besides`.
    case labelled(besides: [Field])
    /// The list of pushed objects, then the value of each (Blue Book 4.4.8, push setup).
    case pushed
  }

  /// Powers of ten against W (var), A, V, Wh (varh) and 1.
  package struct Scales: Hashable, Sendable {
    package var power = 0
    package var current = 0
    package var voltage = 0
    package var energy = 0
    package var powerFactor = 0
    /// What the frame itself has to tell, because meters of this layout differ (`protocol.md` 5.9).
    package var open: Open = []

    func exponent(of unit: Unit) -> Int {
      switch unit {
      case .watt, .var: power
      case .milliampere: current
      case .millivolt: voltage
      case .wattHour, .varHour: energy
      case .perMille: powerFactor
      }
    }
  }

  /// Scales that are settled for each frame; see `ScaleSettling.swift`.
  package struct Open: OptionSet, Hashable, Sendable {
    package let rawValue: UInt8
    package init(rawValue: UInt8) { self.rawValue = rawValue }

    /// Voltage by the size of its number.
    static let voltage = Open(rawValue: 1)
    /// Current by U·I against P and Q, and by the meter's type.
    static let current = Open(rawValue: 2)
    /// Energy by the meter's type, or by the balance of its registers.
    static let energy = Open(rawValue: 4)
  }
}

/// The setting `meter_manufacturer`, with the names of hass-AMS.
package enum Manufacturer: String, CaseIterable, Hashable, Sendable {
  case auto, aidon, aidonSE = "aidon_se", kamstrup, kaifa, kaifaSE = "kaifa_se", landisGyr = "landisgyr"

  func admits(_ layout: ListLayout) -> Bool { self == .auto || layout.manufacturers.contains(self) }
}

/// What a list is for, in the words of NVE, of the makers and of `decode --json`.
package enum ListKind: String, CaseIterable, Hashable, Sendable {
  /// Power alone, every 2 to 2.5 s.
  case list1
  /// Power, currents and voltages, every 10 s. Kamstrup's 10 s list.
  case list2
  /// The same and the registers, once an hour. Kamstrup's hourly list; Kaifa's list in Sweden, every 15 s.
  case list3
  /// Sweden: everything each time, every 10 to 15 s.
  case se
  /// Kamstrup in Denmark and Switzerland: everything by phase, every 10 s.
  case push1
  /// The customer interface of Austria.
  case at
  /// Landis+Gyr: the objects that the grid company chose.
  case push
  /// Landis+Gyr: bare values.
  case positional
  /// Iskraemeco: momentary values; registers; both; everything that the meter has.
  case power, energy, powerEnergy = "power+energy", full
  /// An ASCII telegram: everything each time.
  case p1
  /// Of no known layout; what carries a code and a unit was read.
  case unknown
}
