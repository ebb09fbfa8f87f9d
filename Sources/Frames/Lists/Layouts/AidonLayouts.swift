import Metering

extension ListLayout {
  /// Aidon, Norway and Sweden: array of self-describing elements (`protocol.md` 5.3, 5.6).
  ///
  /// Norway sends 1 element; 9, 12 or 13; 14, 17 or 18. Sweden (`AIDON_H0001`) sends 15 or 27, without version, id and type.
  static let aidon = ListLayout(
    name: "Aidon", maker: .aidon, manufacturers: [.aidon], kind: nil, shape: .selfDescribing, scales: Scales())

  static let aidonSweden = ListLayout(
    name: "Aidon Sweden", maker: .aidon, manufacturers: [.aidonSE], kind: .se, shape: .selfDescribing, scales: Scales())
}
