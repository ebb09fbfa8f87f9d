import Metering

extension ListLayout {
  /// Kaifa `KFM_001`: bare values in W, var, mA, 0.1 V, Wh (`protocol.md` 5.4). The row is chosen by its count.
  ///
  /// In Sweden the meters without OBIS codes send list 3 alone, every 15 s (5.6).
  static let kaifa: [ListLayout] = [
    kaifa("list 1", .list1, [.quantity(.activePowerImport)]),
    kaifa("list 2, 1-phase", .list2, identity + power + onePhase),
    kaifa("list 2, 3-phase", .list2, identity + power + threePhases),
    kaifa("list 3, 1-phase", .list3, identity + power + onePhase + registers),
    kaifa("list 3, 3-phase", .list3, identity + power + threePhases + registers),
  ]

  /// Kaifa in Sweden with OBIS codes: 18 pairs, everything every 15 s (`protocol.md` 5.6).
  static let kaifaSweden = ListLayout(
    name: "Kaifa Sweden", maker: .kaifa, manufacturers: [.kaifaSE], kind: .se, shape: .pairs(leading: []),
    scales: kaifaScales)

  private static let kaifaScales = Scales(current: -3, voltage: -1)

  private static func kaifa(_ name: String, _ kind: ListKind, _ fields: [Field]) -> ListLayout {
    ListLayout(
      name: "Kaifa \(name)", maker: .kaifa, manufacturers: kind == .list3 ? [.kaifa, .kaifaSE] : [.kaifa], kind: kind,
      shape: .positional(fields), scales: kaifaScales)
  }

  private static let identity: [Field] = [.listVersion, .meterID, .meterType]
  private static let power: [Field] = [
    .quantity(.activePowerImport), .quantity(.activePowerExport),
    .quantity(.reactivePowerImport), .quantity(.reactivePowerExport),
  ]
  private static let onePhase: [Field] = [.quantity(.currentL1), .quantity(.voltageL1)]
  private static let threePhases: [Field] = [
    .quantity(.currentL1), .quantity(.currentL2), .quantity(.currentL3),
    .quantity(.voltageL1), .quantity(.voltageL2), .quantity(.voltageL3),
  ]
  private static let registers: [Field] = [
    .clock, .quantity(.activeEnergyImport), .quantity(.activeEnergyExport),
    .quantity(.reactiveEnergyImport), .quantity(.reactiveEnergyExport),
  ]
}
