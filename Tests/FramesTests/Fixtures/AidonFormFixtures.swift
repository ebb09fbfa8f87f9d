import Frames
import Metering

extension Fixture {
  // Aidon's form elsewhere: Aidon in Sweden (`protocol.md` 5.6), Landis+Gyr E350 (5.7).

  static let aidonSwedenOnePhase = Fixture(
    "Aidon Sweden, 1-phase",
    source: "protocol.md 5.6-A", layout: "Aidon Sweden", admittedBy: .aidonSE,
    frame: """
      7E A1 4F 41 08 83 13                                      ; flag, format (L = 335), destination, source, control
      C8 90                                                     ; HCS
      E6 E7 00                                                  ; LLC
      0F 40 00 00 00 00                                         ; Data-Notification, no date-time
      01 0F                                                     ; array of 15
      02 02 09 06 00 00 01 00 00 FF 09 0C 07 EA 03 01 00 0C 00 0A FF 80 00 FF  ; clock 2026-03-01 12:00:10
      02 03 09 06 01 00 01 07 00 FF 06 00 00 03 2C 02 02 0F 00 16 1B  ; active power import 812 W
      02 03 09 06 01 00 02 07 00 FF 06 00 00 00 00 02 02 0F 00 16 1B  ; active power export 0 W
      02 03 09 06 01 00 03 07 00 FF 06 00 00 00 00 02 02 0F 00 16 1D  ; reactive power import 0 var
      02 03 09 06 01 00 04 07 00 FF 06 00 00 01 79 02 02 0F 00 16 1D  ; reactive power export 377 var
      02 03 09 06 01 00 1F 07 00 FF 10 00 26 02 02 0F FF 16 21  ; current L1 38 × 10^-1 A
      02 03 09 06 01 00 20 07 00 FF 12 09 23 02 02 0F FF 16 23  ; voltage L1 2339 × 10^-1 V
      02 03 09 06 01 00 15 07 00 FF 06 00 00 03 2C 02 02 0F 00 16 1B  ; active power import L1 812 W
      02 03 09 06 01 00 16 07 00 FF 06 00 00 00 00 02 02 0F 00 16 1B  ; active power export L1 0 W
      02 03 09 06 01 00 17 07 00 FF 06 00 00 00 00 02 02 0F 00 16 1D  ; reactive power import L1 0 var
      02 03 09 06 01 00 18 07 00 FF 06 00 00 01 79 02 02 0F 00 16 1D  ; reactive power export L1 377 var
      02 03 09 06 01 00 01 08 00 FF 06 01 78 9A 34 02 02 0F 00 16 1E  ; active energy import 24681012 Wh
      02 03 09 06 01 00 02 08 00 FF 06 00 14 B8 57 02 02 0F 00 16 1E  ; active energy export 1357911 Wh
      02 03 09 06 01 00 03 08 00 FF 06 00 00 DD D5 02 02 0F 00 16 20  ; reactive energy import 56789 varh
      02 03 09 06 01 00 04 08 00 FF 06 00 30 FE EB 02 02 0F 00 16 20  ; reactive energy export 3210987 varh
      AC 2C  7E                                                 ; FCS, flag
      """,
    expected: Reading(
      kind: .se, maker: .aidon,
      clock: clock("2026-03-01T12:00:10", status: nil),
      readings: [
        .activePowerImport: 812, .activePowerExport: 0, .reactivePowerImport: 0, .reactivePowerExport: 377,
        .activePowerImportL1: 812, .activePowerExportL1: 0, .reactivePowerImportL1: 0,
        .reactivePowerExportL1: 377, .currentL1: 3800, .voltageL1: 233_900, .activeEnergyImport: 24_681_012,
        .activeEnergyExport: 1_357_911, .reactiveEnergyImport: 56_789, .reactiveEnergyExport: 3_210_987,
      ],
      registers: Registers(
        activeImport: 24_681_012, activeExport: 1_357_911, reactiveImport: 56_789, reactiveExport: 3_210_987, scale: 0)),
    instant: "2026-03-01T11:00:10Z")

  static let aidonSwedenThreePhase = Fixture(
    "Aidon Sweden, 3-phase",
    source: "built; HCS of protocol.md 2.2", layout: "Aidon Sweden", admittedBy: .aidonSE,
    frame: """
      7E A2 43 41 08 83 13                                      ; flag, format (L = 579), destination, source, control
      85 EB                                                     ; HCS
      E6 E7 00                                                  ; LLC
      0F 40 00 00 00 00                                         ; Data-Notification, no date-time
      01 1B                                                     ; array of 27
      02 02 09 06 00 00 01 00 00 FF 09 0C 07 EA 07 04 06 0E 0F 1E FF 80 00 FF  ; clock 2026-07-04 14:15:30
      02 03 09 06 01 00 01 07 00 FF 06 00 00 00 00 02 02 0F 00 16 1B  ; active power import 0 W
      02 03 09 06 01 00 02 07 00 FF 06 00 00 03 20 02 02 0F 00 16 1B  ; active power export 800 W
      02 03 09 06 01 00 03 07 00 FF 06 00 00 00 00 02 02 0F 00 16 1D  ; reactive power import 0 var
      02 03 09 06 01 00 04 07 00 FF 06 00 00 00 14 02 02 0F 00 16 1D  ; reactive power export 20 var
      02 03 09 06 01 00 1F 07 00 FF 10 00 1B 02 02 0F FF 16 21  ; current L1 27 × 10^-1 A
      02 03 09 06 01 00 33 07 00 FF 10 FF CC 02 02 0F FF 16 21  ; current L2 -52 × 10^-1 A
      02 03 09 06 01 00 47 07 00 FF 10 FF F7 02 02 0F FF 16 21  ; current L3 -9 × 10^-1 A
      02 03 09 06 01 00 20 07 00 FF 12 09 08 02 02 0F FF 16 23  ; voltage L1 2312 × 10^-1 V
      02 03 09 06 01 00 34 07 00 FF 12 09 1A 02 02 0F FF 16 23  ; voltage L2 2330 × 10^-1 V
      02 03 09 06 01 00 48 07 00 FF 12 09 11 02 02 0F FF 16 23  ; voltage L3 2321 × 10^-1 V
      02 03 09 06 01 00 15 07 00 FF 06 00 00 02 64 02 02 0F 00 16 1B  ; active power import L1 612 W
      02 03 09 06 01 00 16 07 00 FF 06 00 00 00 00 02 02 0F 00 16 1B  ; active power export L1 0 W
      02 03 09 06 01 00 17 07 00 FF 06 00 00 00 00 02 02 0F 00 16 1D  ; reactive power import L1 0 var
      02 03 09 06 01 00 18 07 00 FF 06 00 00 00 2C 02 02 0F 00 16 1D  ; reactive power export L1 44 var
      02 03 09 06 01 00 29 07 00 FF 06 00 00 00 00 02 02 0F 00 16 1B  ; active power import L2 0 W
      02 03 09 06 01 00 2A 07 00 FF 06 00 00 04 B4 02 02 0F 00 16 1B  ; active power export L2 1204 W
      02 03 09 06 01 00 2B 07 00 FF 06 00 00 00 1F 02 02 0F 00 16 1D  ; reactive power import L2 31 var
      02 03 09 06 01 00 2C 07 00 FF 06 00 00 00 00 02 02 0F 00 16 1D  ; reactive power export L2 0 var
      02 03 09 06 01 00 3D 07 00 FF 06 00 00 00 00 02 02 0F 00 16 1B  ; active power import L3 0 W
      02 03 09 06 01 00 3E 07 00 FF 06 00 00 00 D0 02 02 0F 00 16 1B  ; active power export L3 208 W
      02 03 09 06 01 00 3F 07 00 FF 06 00 00 00 00 02 02 0F 00 16 1D  ; reactive power import L3 0 var
      02 03 09 06 01 00 40 07 00 FF 06 00 00 00 07 02 02 0F 00 16 1D  ; reactive power export L3 7 var
      02 03 09 06 01 00 01 08 00 FF 06 01 DF 5E 76 02 02 0F 00 16 1E  ; active energy import 31415926 Wh
      02 03 09 06 01 00 02 08 00 FF 06 00 29 7A 49 02 02 0F 00 16 1E  ; active energy export 2718281 Wh
      02 03 09 06 01 00 03 08 00 FF 06 00 02 28 6D 02 02 0F 00 16 20  ; reactive energy import 141421 varh
      02 03 09 06 01 00 04 08 00 FF 06 00 1A 6D D2 02 02 0F 00 16 20  ; reactive energy export 1732050 varh
      BC 5C  7E                                                 ; FCS, flag
      """,
    expected: Reading(
      kind: .se, maker: .aidon,
      clock: clock("2026-07-04T14:15:30", status: nil),
      readings: [
        .activePowerImport: 0, .activePowerExport: 800, .reactivePowerImport: 0, .reactivePowerExport: 20,
        .activePowerImportL1: 612, .activePowerImportL2: 0, .activePowerImportL3: 0, .activePowerExportL1: 0,
        .activePowerExportL2: 1204, .activePowerExportL3: 208, .reactivePowerImportL1: 0,
        .reactivePowerImportL2: 31, .reactivePowerImportL3: 0, .reactivePowerExportL1: 44,
        .reactivePowerExportL2: 0, .reactivePowerExportL3: 7, .currentL1: 2700, .currentL2: -5200,
        .currentL3: -900, .voltageL1: 231_200, .voltageL2: 233_000, .voltageL3: 232_100,
        .activeEnergyImport: 31_415_926, .activeEnergyExport: 2_718_281, .reactiveEnergyImport: 141_421,
        .reactiveEnergyExport: 1_732_050,
      ],
      registers: Registers(
        activeImport: 31_415_926, activeExport: 2_718_281, reactiveImport: 141_421, reactiveExport: 1_732_050, scale: 0)
    ),
    instant: "2026-07-04T13:15:30Z")

  static let landisGyrList2 = Fixture(
    "Landis+Gyr E350 list 2, 3-wire",
    source: "built after protocol.md 5.7", layout: "Landis+Gyr E350", admittedBy: .landisGyr,
    frame: """
      7E A1 1E 41 08 83 13                                      ; flag, format (L = 286), destination, source, control
      EE EE                                                     ; HCS
      E6 E7 00                                                  ; LLC
      0F 40 00 00 00 00                                         ; Data-Notification, no date-time
      01 0D                                                     ; array of 13
      02 02 09 06 01 01 00 02 81 FF 0A 0B 45 4D 42 52 49 51 5F 56 31 5F 31  ; list version EMBRIQ_V1_1
      02 02 09 06 00 00 60 01 00 FF 0A 10 31 30 33 30 30 30 34 32 00 00 00 00 00 00 00 00  ; meter id 10300042
      02 02 09 06 00 00 60 01 07 FF 0A 04 5A 46 46 31           ; meter type ZFF1
      02 03 09 06 01 00 01 07 00 FF 06 00 00 24 F4 02 02 0F 00 16 1B  ; active power import 9460 W
      02 03 09 06 01 00 02 07 00 FF 06 00 00 00 00 02 02 0F 00 16 1B  ; active power export 0 W
      02 03 09 06 01 00 03 07 00 FF 06 00 00 00 31 02 02 0F 00 16 1D  ; reactive power import 49 var
      02 03 09 06 01 00 04 07 00 FF 06 00 00 00 00 02 02 0F 00 16 1D  ; reactive power export 0 var
      02 03 09 06 01 00 1F 07 00 FF 10 0C 6C 02 02 0F FE 16 21  ; current L1 3180 × 10^-2 A
      02 03 09 06 01 00 33 07 00 FF 10 00 00 02 02 0F FE 16 21  ; current L2 0 × 10^-2 A
      02 03 09 06 01 00 47 07 00 FF 10 F2 98 02 02 0F FE 16 21  ; current L3 -3432 × 10^-2 A
      02 03 09 06 01 00 20 07 00 FF 12 09 2E 02 02 0F FF 16 23  ; voltage L1 2350 × 10^-1 V
      02 03 09 06 01 00 34 07 00 FF 12 00 00 02 02 0F FF 16 23  ; voltage L2 0 × 10^-1 V
      02 03 09 06 01 00 48 07 00 FF 12 09 10 02 02 0F FF 16 23  ; voltage L3 2320 × 10^-1 V
      7F 35  7E                                                 ; FCS, flag
      """,
    expected: Reading(
      kind: .list2, maker: .landisGyr,
      listVersion: "EMBRIQ_V1_1", meterID: "10300042", meterType: "ZFF1",
      readings: [
        .activePowerImport: 9460, .activePowerExport: 0, .reactivePowerImport: 49, .reactivePowerExport: 0,
        .currentL1: 31_800, .currentL2: 0, .currentL3: -34_320, .voltageL1: 235_000, .voltageL2: 0,
        .voltageL3: 232_000,
      ]))
}
