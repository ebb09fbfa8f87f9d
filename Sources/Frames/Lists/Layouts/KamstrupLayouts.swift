import Metering

extension ListLayout {
  /// Kamstrup `Kamstrup_V0001`: the version text, then OBIS pairs in W, var, 0.01 A, V, 10 Wh (`protocol.md` 5.5, 5.9).
  ///
  /// 25 and 35 items with three phases or with null pairs in the place of missing ones; 17 and 27 with those left out; 11 and
  /// 15 with one quadrant.
  static let kamstrup = ListLayout(
    name: "Kamstrup", maker: .kamstrup, manufacturer: .kamstrup, kind: nil, shape: .pairs(leading: [.listVersion]),
    scales: Scales(current: -2, voltage: 0, energy: 1))

  /// Kamstrup with current transformers (type 685…): current in 0.001 A, as a captured frame needs for S = U·I.
  static let kamstrupTransformer = ListLayout(
    name: "Kamstrup CT", maker: .kamstrup, manufacturer: .kamstrup, kind: nil, shape: .pairs(leading: [.listVersion]),
    scales: Scales(current: -3, voltage: 0, energy: 1))
}
