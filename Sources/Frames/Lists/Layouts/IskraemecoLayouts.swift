import Metering

extension ListLayout {
  /// Iskraemeco AM550 and IE.5: bare values in W, var, 0.01 A, 0.1 V, Wh, varh, 0.001 (power factor). The grid company
  /// chooses what is sent, so there are many rows; each is told by its count and types.
  ///
  /// Source, unless a row says otherwise: captured frames, in which U·I fits P and Q, and tariffs add up to totals.
  static let iskraemeco: [ListLayout] = [
    // Slovenia: momentary values, registers.
    iskraemeco(
      "momentary values, 3-phase", .power, iskraemecoNames + iskraemecoPower + iskraemecoPhases + iskraemecoPhasePower),
    iskraemeco("momentary values, 3-phase, totals", .power, iskraemecoNames + iskraemecoPhases + iskraemecoPower),
    iskraemeco(
      "momentary values, 1-phase", .power,
      iskraemecoNames + iskraemecoPower + [
        .quantity(.voltageL1), .quantity(.currentL1), .quantity(.activePowerImportL1), .quantity(.activePowerExportL1),
      ]),
    iskraemeco(
      "momentary values, 1-phase, voltage", .power,
      iskraemecoNames + iskraemecoPower + [.quantity(.voltageL1), .ignored, .ignored]),
    iskraemeco(
      "registers", .energy,
      iskraemecoNames + [.ignored, .tariff] + iskraemecoTariffs + [
        .quantity(.reactiveEnergyImport), .quantity(.reactiveEnergyExport),
      ]),
    iskraemeco(
      "registers, totals", .energy,
      [.meterID, .tariff, .quantity(.activeEnergyImport), .quantity(.activeEnergyExport)]),
    iskraemeco(
      "power and registers", .powerEnergy,
      [.deviceName, .quantity(.activePowerImport), .quantity(.activePowerExport)] + iskraemecoTariffs),
    // Croatia.
    iskraemeco(
      "all values", .full,
      [.meterID, .ignoredText, .ignoredText] + iskraemecoTariffs + [
        .quantity(.reactiveEnergyQ1), .quantity(.reactiveEnergyQ2), .quantity(.reactiveEnergyQ3),
        .quantity(.reactiveEnergyQ4), .quantity(.activePowerImport), .quantity(.activePowerExport),
        .quantity(.powerFactor),
      ] + iskraemecoPhasePower + iskraemecoPhases + [.ignored, .ignored, .ignored, .ignored, .ignored]),
    // Austria: the push setup's name, number, time, date, registers, power.
    iskraemeco(
      "registers and power", .full,
      [
        .ignoredText, .meterID, .ignoredText, .ignoredText, .quantity(.activeEnergyImport),
        .quantity(.activeEnergyExport),
        .quantity(.reactiveEnergyImport), .quantity(.reactiveEnergyExport), .quantity(.activePowerImport),
        .quantity(.activePowerExport), .ignoredText, .ignoredText,
      ]),
    // Slovenia. Source: as other decoders read them.
    iskraemeco(
      "momentary values, 1-phase, totals", .power,
      iskraemecoNames + [.quantity(.voltageL1), .quantity(.currentL1)] + iskraemecoPower),
    iskraemeco(
      "registers by tariff", .energy,
      iskraemecoNames + [
        .quantity(.activeEnergyImportT1), .quantity(.activeEnergyImportT2), .quantity(.activeEnergyExportT1),
        .quantity(.activeEnergyExportT2), .ignored, .ignored, .ignored, .ignored,
      ]),
  ]

  private static let iskraemecoNames: [Field] = [.deviceName, .meterID]
  private static let iskraemecoPower: [Field] = [
    .quantity(.activePowerImport), .quantity(.activePowerExport),
    .quantity(.reactivePowerImport), .quantity(.reactivePowerExport),
  ]
  private static let iskraemecoPhases: [Field] = [
    .quantity(.voltageL1), .quantity(.voltageL2), .quantity(.voltageL3),
    .quantity(.currentL1), .quantity(.currentL2), .quantity(.currentL3),
  ]
  private static let iskraemecoPhasePower: [Field] = [
    .quantity(.activePowerImportL1), .quantity(.activePowerImportL2), .quantity(.activePowerImportL3),
    .quantity(.activePowerExportL1), .quantity(.activePowerExportL2), .quantity(.activePowerExportL3),
  ]
  private static let iskraemecoTariffs: [Field] = [
    .quantity(.activeEnergyImport), .quantity(.activeEnergyImportT1), .quantity(.activeEnergyImportT2),
    .quantity(.activeEnergyExport), .quantity(.activeEnergyExportT1), .quantity(.activeEnergyExportT2),
  ]

  private static func iskraemeco(_ name: String, _ kind: ListKind, _ fields: [Field]) -> ListLayout {
    ListLayout(
      name: "Iskraemeco, \(name)", maker: .iskraemeco, manufacturers: [], kind: kind, shape: .positional(fields),
      scales: Scales(current: -2, voltage: -1, powerFactor: -3))
  }
}
