/// Who made the meter, as far as its lists tell.
package enum Maker: String, CaseIterable, Hashable, Sendable {
  case aidon, kaifa, kamstrup, landisGyr = "landisgyr"
  case iskraemeco, sagemcom, elster, nes, elgama, other
}

/// One physical meter: a register series of its own. Series of two meters are never subtracted from one another.
package struct MeterIdentity: Hashable, Sendable {
  /// The number as sent (GIAI, 16 digits, for the Norwegian makers).
  package var id: String
  package var maker: Maker
  /// The type text as sent, for example `6534` or `MA304H4`; empty where the list has none.
  package var type: String
  /// The list version as sent, for example `AIDON_V0001`; empty where the list has none.
  package var listVersion: String

  package init(id: String, maker: Maker, type: String = "", listVersion: String = "") {
    self.id = id
    self.maker = maker
    self.type = type
    self.listVersion = listVersion
  }

  /// Stands for the meter of an input on which none has told its number.
  package static func unidentified(at input: String) -> MeterIdentity {
    MeterIdentity(id: "unidentified@\(input)", maker: .other)
  }
}
