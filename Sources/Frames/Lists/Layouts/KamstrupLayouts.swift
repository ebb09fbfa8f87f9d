import Metering

extension ListLayout {
  /// Kamstrup `Kamstrup_V0001`: the version text, then OBIS pairs in W, var, 0.01 A, V and, by the meter's type, 10 Wh or Wh
  /// (`protocol.md` 5.5, 5.9).
  ///
  /// 25 and 35 items with three phases or with null pairs in the place of missing ones; 17 and 27 with those left out; 11 and
  /// 15 with one quadrant.
  static let kamstrup = ListLayout(
    name: "Kamstrup", maker: .kamstrup, manufacturers: [.kamstrup], kind: nil, shape: .pairs(leading: [.listVersion]),
    scales: kamstrupScales)

  /// Kamstrup "DLMS push 1" in Denmark and Switzerland: 65 items, 37 of a single-phase meter; registers first, the meter's
  /// number as a number, values by phase, and no type text (`protocol.md` 5.7).
  static let kamstrupPush1 = ListLayout(
    name: "Kamstrup push 1", maker: .kamstrup, manufacturers: [.kamstrup], kind: .push1,
    shape: .pairs(leading: [.listVersion]), scales: kamstrupScales)

  private static let kamstrupScales = Scales(
    current: -2, energy: 1, powerFactor: -2, open: [.voltage, .current, .energy])
}

/// What Kamstrup's type text says about scales: `6841131BN243101040` is a direct meter for Norway (`protocol.md` 5.8).
struct KamstrupType {
  /// Behind current transformers, by the first three digits; nil for a text that is no type.
  let isTransformer: Bool?
  /// The power of ten of the registers to which the market's meters are set, and whether that is documented; nil for a
  /// market that is not known.
  let energy: (exponent: Int, isDocumented: Bool)?

  init(_ text: ShortText) {
    if text.hasPrefix("685") {
      isTransformer = true
    } else if text.hasPrefix("684") || text.hasPrefix("686") {
      isTransformer = false
    } else {
      isTransformer = nil
    }
    energy = text.count == 18 ? KamstrupType.energy(market: (text[15], text[16], text[17])) : nil
  }

  /// The last three digits are the market (`protocol.md` 5.8, 5.9): Norway is documented as 10 Wh, and Swedish meters (09x)
  /// count in Wh. Denmark (01x) is what owners found right, and Switzerland (063) too, so both are assumptions.
  private static func energy(market: (UInt8, UInt8, UInt8)) -> (exponent: Int, isDocumented: Bool)? {
    switch market {
    case (0x30, 0x34, 0x30): (1, true)
    case (0x30, 0x39, 0x30...0x39): (0, true)
    case (0x30, 0x31, 0x30...0x39): (1, false)
    case (0x30, 0x36, 0x33): (0, false)
    default: nil
    }
  }
}
