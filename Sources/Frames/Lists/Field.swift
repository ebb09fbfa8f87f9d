package import Metering

/// What an element of a list holds.
package enum Field: Hashable, Sendable {
  case quantity(Quantity)
  case listVersion, meterID, meterType, clock
  /// The meter's number, sent as a number and not as a text.
  case meterNumber
  /// The COSEM logical device name: three letters of the maker, then what the maker likes.
  case deviceName
  /// The tariff that counts at the moment.
  case tariff
  /// Present in the layout, of no use here; the second is a text in any case.
  case ignored, ignoredText

  /// The field of an OBIS code, by its groups C.D.E (`protocol.md` 5.2; Blue Book 7.5 for tariffs and quadrants). Nil for a
  /// code that no list here is known to send.
  @inline(__always)
  static func of(_ code: OBISCode) -> Field? {
    switch code.measured {
    case 0x01_07_00: .quantity(.activePowerImport)
    case 0x02_07_00: .quantity(.activePowerExport)
    case 0x03_07_00: .quantity(.reactivePowerImport)
    case 0x04_07_00: .quantity(.reactivePowerExport)
    case 0x1F_07_00: .quantity(.currentL1)
    case 0x33_07_00: .quantity(.currentL2)
    case 0x47_07_00: .quantity(.currentL3)
    case 0x20_07_00: .quantity(.voltageL1)
    case 0x34_07_00: .quantity(.voltageL2)
    case 0x48_07_00: .quantity(.voltageL3)
    case 0x01_08_00: .quantity(.activeEnergyImport)
    case 0x02_08_00: .quantity(.activeEnergyExport)
    case 0x03_08_00: .quantity(.reactiveEnergyImport)
    case 0x04_08_00: .quantity(.reactiveEnergyExport)
    case 0x01_08_01: .quantity(.activeEnergyImportT1)
    case 0x01_08_02: .quantity(.activeEnergyImportT2)
    case 0x01_08_03: .quantity(.activeEnergyImportT3)
    case 0x01_08_04: .quantity(.activeEnergyImportT4)
    case 0x02_08_01: .quantity(.activeEnergyExportT1)
    case 0x02_08_02: .quantity(.activeEnergyExportT2)
    case 0x02_08_03: .quantity(.activeEnergyExportT3)
    case 0x02_08_04: .quantity(.activeEnergyExportT4)
    case 0x15_07_00: .quantity(.activePowerImportL1)
    case 0x29_07_00: .quantity(.activePowerImportL2)
    case 0x3D_07_00: .quantity(.activePowerImportL3)
    case 0x16_07_00: .quantity(.activePowerExportL1)
    case 0x2A_07_00: .quantity(.activePowerExportL2)
    case 0x3E_07_00: .quantity(.activePowerExportL3)
    case 0x17_07_00: .quantity(.reactivePowerImportL1)
    case 0x2B_07_00: .quantity(.reactivePowerImportL2)
    case 0x3F_07_00: .quantity(.reactivePowerImportL3)
    case 0x18_07_00: .quantity(.reactivePowerExportL1)
    case 0x2C_07_00: .quantity(.reactivePowerExportL2)
    case 0x40_07_00: .quantity(.reactivePowerExportL3)
    case 0x0D_07_00: .quantity(.powerFactor)
    case 0x21_07_00: .quantity(.powerFactorL1)
    case 0x35_07_00: .quantity(.powerFactorL2)
    case 0x49_07_00: .quantity(.powerFactorL3)
    case 0x15_08_00: .quantity(.activeEnergyImportL1)
    case 0x29_08_00: .quantity(.activeEnergyImportL2)
    case 0x3D_08_00: .quantity(.activeEnergyImportL3)
    case 0x16_08_00: .quantity(.activeEnergyExportL1)
    case 0x2A_08_00: .quantity(.activeEnergyExportL2)
    case 0x3E_08_00: .quantity(.activeEnergyExportL3)
    case 0x05_08_00: .quantity(.reactiveEnergyQ1)
    case 0x06_08_00: .quantity(.reactiveEnergyQ2)
    case 0x07_08_00: .quantity(.reactiveEnergyQ3)
    case 0x08_08_00: .quantity(.reactiveEnergyQ4)
    case 0x00_02_81: .listVersion
    case 0x60_01_00, 0x00_00_05: .meterID
    case 0x00_00_01: .meterNumber
    case 0x60_01_07, 0x60_01_01: .meterType
    case 0x2A_00_00: .deviceName
    case 0x60_0E_00: .tariff
    case 0x01_00_00: .clock
    case 0x19_09_00: .ignored  // the push setup, which names itself
    default: nil
    }
  }
}
