package import Metering

/// What the type text of a meter stands for (`protocol.md` 5.8, with its corrections: T3 and T4 are by wire count, Kamstrup
/// 684 is direct and 685 behind current transformers, and 64xx are Aidon's system modules, never a meter type).
package struct MeterType: Hashable, Sendable {
  package let maker: Maker
  /// For people: `3-phase 4-wire with circuit breaker`.
  package let description: String
  /// Phases and neutral: 2, 3 (IT) or 4 (TN); nil where the sheets do not say.
  package let wires: Int?
  /// The longest list of codes is matched first, by prefix: Kamstrup prints 18 characters of which seven tell the type.
  let code: String

  private init(_ code: String, _ maker: Maker, _ description: String, wires: Int?) {
    self.code = code
    self.maker = maker
    self.description = description
    self.wires = wires
  }

  /// The type that a list's type text names; nil for one that is not in the table.
  package static func named(_ text: String) -> MeterType? {
    all.filter { text.hasPrefix($0.code) }.max { $0.code.utf8.count < $1.code.utf8.count }
  }

  static let all: [MeterType] = [
    MeterType("6510", .aidon, "1-phase", wires: 2),
    MeterType("6511", .aidon, "1-phase with circuit breaker", wires: 2),
    MeterType("6515", .aidon, "1-phase with circuit breaker and earth-fault measurement", wires: 2),
    MeterType("6520", .aidon, "3-phase 3-wire", wires: 3),
    MeterType("6521", .aidon, "2-phase 3-wire with circuit breaker", wires: 3),
    MeterType("6525", .aidon, "3-phase 3-wire with circuit breaker and earth-fault measurement", wires: 3),
    MeterType("6530", .aidon, "3-phase 4-wire", wires: 4),
    MeterType("6531", .aidon, "3-phase 4-wire with circuit breaker", wires: 4),
    MeterType("6534", .aidon, "3-phase 4-wire with circuit breaker and neutral current measurement", wires: 4),
    MeterType("6540", .aidon, "current transformers, 3-wire", wires: 3),
    MeterType("6550", .aidon, "current transformers, 4-wire", wires: 4),
    MeterType("6560", .aidon, "current and voltage transformers, 3-wire", wires: 3),
    MeterType("MA105H2E", .kaifa, "1-phase 230 V direct", wires: 2),
    MeterType("MA304H3E", .kaifa, "3-phase 3-wire 230 V direct", wires: 3),
    MeterType("MA304H4", .kaifa, "3-phase 4-wire 400 V direct", wires: 4),
    MeterType("MA304H4D", .kaifa, "3-phase 4-wire direct, Sweden, M-Bus", wires: 4),
    MeterType("MA304H4E", .kaifa, "3-phase 4-wire direct, Sweden, P1", wires: 4),
    MeterType("MA304T3", .kaifa, "current transformers, 3-wire 230 V", wires: 3),
    MeterType("MA304T4", .kaifa, "current transformers, 4-wire 400 V", wires: 4),
    MeterType("6861111", .kamstrup, "Omnipower 1-phase direct", wires: 2),
    MeterType("6841121", .kamstrup, "Omnipower 3-phase direct, 3-wire", wires: 3),
    MeterType("6841131", .kamstrup, "Omnipower 3-phase direct, 4-wire", wires: 4),
    MeterType("6841128", .kamstrup, "Omnipower 3-phase direct", wires: nil),
    MeterType("6841138", .kamstrup, "Omnipower 3-phase direct, 4-wire", wires: 4),
    MeterType("6851121", .kamstrup, "Omnipower 3-phase, current transformers, 3-wire", wires: 3),
    MeterType("6851131", .kamstrup, "Omnipower 3-phase, current transformers, 4-wire", wires: 4),
    MeterType("ZFF1", .landisGyr, "E350", wires: nil),
  ]
}

extension Maker {
  /// The maker by the three letters of the FLAG association with which the header of a telegram and a COSEM logical device
  /// name begin, where one is known here.
  init(identification: ShortText) {
    guard identification.count >= 3 else {
      self = .other
      return
    }
    self =
      switch (identification[0], identification[1], identification[2] & 0xDF) {
      case (0x41, 0x44, 0x4E): .aidon  // ADN
      case (0x4B, 0x46, 0x4D): .kaifa  // KFM
      case (0x4B, 0x41, 0x4D): .kamstrup  // KAM
      case (0x4C, 0x47, _): .landisGyr  // LGF, LGZ
      case (0x49, 0x53, 0x4B): .iskraemeco  // ISK
      case (0x53, 0x41, 0x47), (0x45, 0x4C, 0x4C): .sagemcom  // SAG; ELL is Ellevio's
      case (0x45, 0x4C, 0x53): .elster  // ELS
      case (0x4E, 0x45, 0x53): .nes  // NES
      case (0x45, 0x47, 0x4D): .elgama  // EGM
      default: .other
      }
  }
}
