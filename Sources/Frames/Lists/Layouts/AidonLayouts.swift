import Metering

extension ListLayout {
  /// Aidon, Norway and Sweden: array of self-describing elements (`protocol.md` 5.3, 5.6).
  ///
  /// Norway sends 1 element; 9, 12 or 13; 14, 17 or 18. Sweden (`AIDON_H0001`) sends 15 or 27, without version, id and type.
  static let aidon = ListLayout(
    name: "Aidon", maker: .aidon, manufacturer: .aidon, kind: nil, shape: .selfDescribing, scales: inFrame)

  static let aidonSweden = ListLayout(
    name: "Aidon Sweden", maker: .aidon, manufacturer: .aidonSE, kind: .se, shape: .selfDescribing, scales: inFrame)

  /// Landis+Gyr E350 in Norway (`EMBRIQ_V1_1`): Aidon's form, current in 0.01 A (`protocol.md` 5.7).
  static let landisGyr = ListLayout(
    name: "Landis+Gyr E350", maker: .landisGyr, manufacturer: .landisGyr, kind: nil, shape: .selfDescribing,
    scales: inFrame)

  /// Each element sends its own scaler.
  private static let inFrame = Scales(current: 0, voltage: 0, energy: 0)
}
