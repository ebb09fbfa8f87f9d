import Frames
import Metering

extension Fixture {
  // Landis+Gyr E450: pushed objects, and bare values.

  static let landisGyrPush = Fixture(
    "Landis+Gyr push: objects, then values; voltage 0.1 V",
    source: "built after captured frames", layout: "Landis+Gyr push", admittedBy: .landisGyr,
    frame: """
      7E A1 73 CE FF 03 13                                      ; flag, format (L = 371), destination, source, control
      43 20                                                     ; HCS
      E6 E7 00                                                  ; LLC
      0F 00 00 01 01 0C 07 EA 02 05 04 0D 00 32 FF 80 00 00     ; Data-Notification, date-time 2026-02-05 13:00:50
      02 0F                                                     ; structure of 15
      01 0F                                                     ; array of 15
      02 04 12 00 28 09 06 00 08 19 09 00 FF 0F 02 12 00 00     ; object: push setup: these objects
      02 04 12 00 28 09 06 00 08 19 09 00 FF 0F 01 12 00 00     ; object: push setup: its name
      02 04 12 00 01 09 06 00 00 60 01 00 FF 0F 02 12 00 00     ; object: meter id
      02 04 12 00 03 09 06 01 00 01 07 00 FF 0F 02 12 00 00     ; object: active power import
      02 04 12 00 03 09 06 01 00 02 07 00 FF 0F 02 12 00 00     ; object: active power export
      02 04 12 00 03 09 06 01 01 01 08 00 FF 0F 02 12 00 00     ; object: active energy import
      02 04 12 00 03 09 06 01 01 02 08 00 FF 0F 02 12 00 00     ; object: active energy export
      02 04 12 00 03 09 06 01 01 05 08 00 FF 0F 02 12 00 00     ; object: reactive energy Q1
      02 04 12 00 03 09 06 01 01 08 08 00 FF 0F 02 12 00 00     ; object: reactive energy Q4
      02 04 12 00 03 09 06 01 00 1F 07 00 FF 0F 02 12 00 00     ; object: current L1
      02 04 12 00 03 09 06 01 00 33 07 00 FF 0F 02 12 00 00     ; object: current L2
      02 04 12 00 03 09 06 01 00 47 07 00 FF 0F 02 12 00 00     ; object: current L3
      02 04 12 00 03 09 06 01 00 20 07 00 FF 0F 02 12 00 00     ; object: voltage L1
      02 04 12 00 03 09 06 01 00 34 07 00 FF 0F 02 12 00 00     ; object: voltage L2
      02 04 12 00 03 09 06 01 00 48 07 00 FF 0F 02 12 00 00     ; object: voltage L3
      09 06 00 08 19 09 00 FF                                   ; push setup: its name
      09 08 36 33 33 30 30 30 31 37                             ; meter id 63300017
      06 00 00 01 E0                                            ; active power import 480
      06 00 00 00 00                                            ; active power export 0
      06 00 23 1D 32                                            ; active energy import 2301234
      06 00 00 04 1A                                            ; active energy export 1050
      06 00 00 86 C4                                            ; reactive energy Q1 34500
      06 00 0A C5 D0                                            ; reactive energy Q4 706000
      12 00 3C                                                  ; current L1 60
      12 00 6E                                                  ; current L2 110
      12 00 30                                                  ; current L3 48
      12 09 25                                                  ; voltage L1 2341
      12 09 30                                                  ; voltage L2 2352
      12 09 1A                                                  ; voltage L3 2330
      F0 C0  7E                                                 ; FCS, flag
      """,
    expected: Reading(
      kind: .push, maker: .landisGyr,
      meterID: "63300017",
      clock: clock("2026-02-05T13:00:50", status: 0),
      readings: [
        .activePowerImport: 480, .activePowerExport: 0, .activeEnergyImport: 2_301_234, .activeEnergyExport: 1050,
        .reactiveEnergyQ1: 34_500, .reactiveEnergyQ4: 706_000, .currentL1: 600, .currentL2: 1100, .currentL3: 480,
        .voltageL1: 234_100, .voltageL2: 235_200, .voltageL3: 233_000,
      ],
      registers: Registers(activeImport: 2_301_234, activeExport: 1050, scale: 0)),
    instant: "2026-02-05T12:00:50Z")

  static let landisGyrValues14 = Fixture(
    "Landis+Gyr, 14 bare values",
    source: "built after captured frames", layout: "Landis+Gyr, 14 values", admittedBy: .landisGyr,
    frame: """
      7E A0 5A CE FF 03 13                                      ; flag, format (L = 90), destination, source, control
      9D 15                                                     ; HCS
      E6 E7 00                                                  ; LLC
      0F 00 00 01 01 0C 07 EA 02 05 04 0D 05 2D FF 80 00 00     ; Data-Notification, date-time 2026-02-05 13:05:45
      02 0E                                                     ; structure of 14
      12 00 EC                                                  ; voltage L1 236
      12 00 ED                                                  ; voltage L2 237
      12 00 EB                                                  ; voltage L3 235
      12 00 0C                                                  ; current L1 12
      12 00 28                                                  ; current L2 40
      12 00 1F                                                  ; current L3 31
      06 00 00 00 A0                                            ; active power import 160
      06 00 00 00 00                                            ; active power export 0
      06 01 A8 32 2F                                            ; active energy import 27800111
      06 00 00 1E 14                                            ; active energy export 7700
      12 01 90                                                  ; unnamed 400
      12 00 05                                                  ; unnamed 5
      12 01 22                                                  ; unnamed 290
      09 08 33 30 31 30 30 30 31 37                             ; meter id 30100017
      20 59  7E                                                 ; FCS, flag
      """,
    expected: Reading(
      kind: .positional, maker: .landisGyr,
      meterID: "30100017",
      clock: clock("2026-02-05T13:05:45", status: 0),
      readings: [
        .voltageL1: 236_000, .voltageL2: 237_000, .voltageL3: 235_000, .currentL1: 120, .currentL2: 400,
        .currentL3: 310, .activePowerImport: 160, .activePowerExport: 0, .activeEnergyImport: 27_800_111,
        .activeEnergyExport: 7700,
      ],
      registers: Registers(activeImport: 27_800_111, activeExport: 7700, scale: 0)),
    instant: "2026-02-05T12:05:45Z")

  static let landisGyrValues11 = Fixture(
    "Landis+Gyr, 11 bare values; voltage 0.1 V",
    source: "built", layout: "Landis+Gyr, 11 values", admittedBy: .landisGyr,
    frame: """
      7E A0 51 CE FF 03 13                                      ; flag, format (L = 81), destination, source, control
      71 52                                                     ; HCS
      E6 E7 00                                                  ; LLC
      0F 00 00 01 01 0C 07 EA 02 05 04 0D 05 2D FF 80 00 00     ; Data-Notification, date-time 2026-02-05 13:05:45
      02 0B                                                     ; structure of 11
      12 09 39                                                  ; voltage L1 2361
      12 09 44                                                  ; voltage L2 2372
      12 09 2E                                                  ; voltage L3 2350
      12 00 0C                                                  ; current L1 12
      12 00 28                                                  ; current L2 40
      12 00 1F                                                  ; current L3 31
      06 00 00 00 A0                                            ; active power import 160
      06 00 00 00 00                                            ; active power export 0
      06 01 A8 32 2F                                            ; active energy import 27800111
      06 00 00 1E 14                                            ; active energy export 7700
      09 08 33 30 31 30 30 30 32 35                             ; meter id 30100025
      A6 83  7E                                                 ; FCS, flag
      """,
    expected: Reading(
      kind: .positional, maker: .landisGyr,
      meterID: "30100025",
      clock: clock("2026-02-05T13:05:45", status: 0),
      readings: [
        .voltageL1: 236_100, .voltageL2: 237_200, .voltageL3: 235_000, .currentL1: 120, .currentL2: 400,
        .currentL3: 310, .activePowerImport: 160, .activePowerExport: 0, .activeEnergyImport: 27_800_111,
        .activeEnergyExport: 7700,
      ],
      registers: Registers(activeImport: 27_800_111, activeExport: 7700, scale: 0)),
    instant: "2026-02-05T12:05:45Z")

  static let landisGyrTotals = Fixture(
    "Landis+Gyr, totals",
    source: "built", layout: "Landis+Gyr, totals", admittedBy: .landisGyr,
    frame: """
      7E A0 53 CE FF 03 13                                      ; flag, format (L = 83), destination, source, control
      F9 44                                                     ; HCS
      E6 E7 00                                                  ; LLC
      0F 00 00 01 01 0C 07 EA 02 05 04 0D 05 2D FF 80 00 00     ; Data-Notification, date-time 2026-02-05 13:05:45
      02 09                                                     ; structure of 9
      09 08 33 30 31 30 30 30 33 33                             ; meter id 30100033
      06 00 00 01 9A                                            ; active power import 410
      06 00 00 00 00                                            ; active power export 0
      06 00 00 00 00                                            ; reactive power import 0
      06 00 00 00 5F                                            ; reactive power export 95
      06 00 4E 2D 80                                            ; active energy import 5123456
      06 00 00 00 0C                                            ; active energy export 12
      06 00 00 87 07                                            ; reactive energy import 34567
      06 00 0D 95 0B                                            ; reactive energy export 890123
      64 27  7E                                                 ; FCS, flag
      """,
    expected: Reading(
      kind: .powerEnergy, maker: .landisGyr,
      meterID: "30100033",
      clock: clock("2026-02-05T13:05:45", status: 0),
      readings: [
        .activePowerImport: 410, .activePowerExport: 0, .reactivePowerImport: 0, .reactivePowerExport: 95,
        .activeEnergyImport: 5_123_456, .activeEnergyExport: 12, .reactiveEnergyImport: 34_567,
        .reactiveEnergyExport: 890_123,
      ],
      registers: Registers(
        activeImport: 5_123_456, activeExport: 12, reactiveImport: 34_567, reactiveExport: 890_123, scale: 0)),
    instant: "2026-02-05T12:05:45Z")

  static let landisGyrPhases = Fixture(
    "Landis+Gyr, phases",
    source: "built", layout: "Landis+Gyr, phases", admittedBy: .landisGyr,
    frame: """
      7E A0 5C CE FF 03 13                                      ; flag, format (L = 92), destination, source, control
      05 2E                                                     ; HCS
      E6 E7 00                                                  ; LLC
      0F 00 00 01 01 0C 07 EA 02 05 04 0D 05 2D FF 80 00 00     ; Data-Notification, date-time 2026-02-05 13:05:45
      02 0E                                                     ; structure of 14
      09 06 39 39 30 30 31 37                                   ; number of the grid company 990017
      12 13 86                                                  ; frequency 4998
      12 00 6E                                                  ; current L1 110
      12 00 34                                                  ; current L2 52
      12 00 1F                                                  ; current L3 31
      12 00 E9                                                  ; voltage L1 233
      12 00 EA                                                  ; voltage L2 234
      12 00 E8                                                  ; voltage L3 232
      06 00 00 00 FA                                            ; active power import L1 250
      06 00 00 00 6E                                            ; active power import L2 110
      06 00 00 00 32                                            ; active power import L3 50
      06 00 00 00 00                                            ; active power export L1 0
      06 00 00 00 00                                            ; active power export L2 0
      06 00 00 00 00                                            ; active power export L3 0
      40 F1  7E                                                 ; FCS, flag
      """,
    expected: Reading(
      kind: .power, maker: .landisGyr,
      clock: clock("2026-02-05T13:05:45", status: 0),
      readings: [
        .currentL1: 1100, .currentL2: 520, .currentL3: 310, .voltageL1: 233_000, .voltageL2: 234_000,
        .voltageL3: 232_000, .activePowerImportL1: 250, .activePowerImportL2: 110, .activePowerImportL3: 50,
        .activePowerExportL1: 0, .activePowerExportL2: 0, .activePowerExportL3: 0,
      ]),
    instant: "2026-02-05T12:05:45Z")
}
