import Metering

extension ListLayout {
  /// Landis+Gyr E350 in Norway (`EMBRIQ_V1_1`): Aidon's form, current in 0.01 A (`protocol.md` 5.7).
  static let landisGyr = ListLayout(
    name: "Landis+Gyr E350", maker: .landisGyr, manufacturers: [.landisGyr], kind: nil, shape: .selfDescribing,
    scales: Scales())

  /// Landis+Gyr E450 in Switzerland: the push setup's list of objects, then their values in W, 0.01 A, V or 0.1 V, Wh.
  /// Source: captured frames of two grid companies, in which S = U·I fits these scales and no other.
  static let landisGyrPush = ListLayout(
    name: "Landis+Gyr push", maker: .landisGyr, manufacturers: [.landisGyr], kind: .push, shape: .pushed,
    scales: landisGyrScales)

  /// Landis+Gyr E450 with bare values.
  static let landisGyrPositional: [ListLayout] = [
    // Austria. Source: captured frames; the three unnamed values are of no known meaning.
    landisGyr(
      "Landis+Gyr, 14 values", .positional, landisGyrMeasured + [.ignored, .ignored, .ignored, .meterID]),
    // The same without them. Source: as other decoders read it.
    landisGyr("Landis+Gyr, 11 values", .positional, landisGyrMeasured + [.meterID]),
    // Slovenia (IDIS), two lists in turn. Source: the grid company's object lists, as other decoders cite them. The second
    // begins with a number that the grid company gave, which is another than the meter's.
    landisGyr(
      "Landis+Gyr, totals", .powerEnergy,
      [
        .meterID, .quantity(.activePowerImport), .quantity(.activePowerExport), .quantity(.reactivePowerImport),
        .quantity(.reactivePowerExport), .quantity(.activeEnergyImport), .quantity(.activeEnergyExport),
        .quantity(.reactiveEnergyImport), .quantity(.reactiveEnergyExport),
      ]),
    landisGyr(
      "Landis+Gyr, phases", .power,
      [
        .ignoredText, .ignored, .quantity(.currentL1), .quantity(.currentL2), .quantity(.currentL3),
        .quantity(.voltageL1), .quantity(.voltageL2), .quantity(.voltageL3),
        .quantity(.activePowerImportL1), .quantity(.activePowerImportL2), .quantity(.activePowerImportL3),
        .quantity(.activePowerExportL1), .quantity(.activePowerExportL2), .quantity(.activePowerExportL3),
      ]),
  ]

  private static let landisGyrMeasured: [Field] = [
    .quantity(.voltageL1), .quantity(.voltageL2), .quantity(.voltageL3),
    .quantity(.currentL1), .quantity(.currentL2), .quantity(.currentL3),
    .quantity(.activePowerImport), .quantity(.activePowerExport),
    .quantity(.activeEnergyImport), .quantity(.activeEnergyExport),
  ]

  private static let landisGyrScales = Scales(current: -2, open: .voltage)

  private static func landisGyr(_ name: String, _ kind: ListKind, _ fields: [Field]) -> ListLayout {
    ListLayout(
      name: name, maker: .landisGyr, manufacturers: [.landisGyr], kind: kind, shape: .positional(fields),
      scales: landisGyrScales)
  }
}
