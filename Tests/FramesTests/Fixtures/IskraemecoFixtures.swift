import Frames
import Metering

extension Fixture {
  // Iskraemeco AM550 and IE.5: bare values.

  static let iskraemecoPower = Fixture(
    "Iskraemeco, 3-phase power",
    source: "built after captured frames", layout: "Iskraemeco, momentary values, 3-phase",
    frame: """
      7E A0 81 CF 02 23 13                                      ; flag, format (L = 129), destination, source, control
      85 E1                                                     ; HCS
      E6 E7 00                                                  ; LLC
      0F 00 00 01 01 0C 07 EA 06 0F 01 0F 00 37 00 FF 88 80     ; Data-Notification, date-time 2026-06-15 15:00:55
      02 12                                                     ; structure of 18
      09 10 49 53 4B 31 30 33 30 37 37 37 30 30 30 30 31 37     ; device name ISK1030777000017
      09 08 31 36 38 30 30 30 31 37                             ; number of the list 16800017
      06 00 00 02 BC                                            ; active power import 700
      06 00 00 00 00                                            ; active power export 0
      06 00 00 00 00                                            ; reactive power import 0
      06 00 00 03 2A                                            ; reactive power export 810
      12 09 43                                                  ; voltage L1 2371
      12 09 4E                                                  ; voltage L2 2382
      12 09 56                                                  ; voltage L3 2390
      12 00 6E                                                  ; current L1 110
      12 00 82                                                  ; current L2 130
      12 01 18                                                  ; current L3 280
      06 00 00 00 50                                            ; active power import L1 80
      06 00 00 00 46                                            ; active power import L2 70
      06 00 00 02 26                                            ; active power import L3 550
      06 00 00 00 00                                            ; active power export L1 0
      06 00 00 00 00                                            ; active power export L2 0
      06 00 00 00 00                                            ; active power export L3 0
      A2 FC  7E                                                 ; FCS, flag
      """,
    expected: Reading(
      kind: .power, maker: .iskraemeco,
      meterID: "16800017", deviceName: "ISK1030777000017",
      clock: clock("2026-06-15T15:00:55", deviation: -120, status: 128),
      readings: [
        .activePowerImport: 700, .activePowerExport: 0, .reactivePowerImport: 0, .reactivePowerExport: 810,
        .voltageL1: 237_100, .voltageL2: 238_200, .voltageL3: 239_000, .currentL1: 1100, .currentL2: 1300,
        .currentL3: 2800, .activePowerImportL1: 80, .activePowerImportL2: 70, .activePowerImportL3: 550,
        .activePowerExportL1: 0, .activePowerExportL2: 0, .activePowerExportL3: 0,
      ]),
    instant: "2026-06-15T13:00:55Z")

  static let iskraemecoPowerTotals = Fixture(
    "Iskraemeco, 3-phase power, totals",
    source: "built after captured frames", layout: "Iskraemeco, momentary values, 3-phase, totals",
    frame: """
      7E A0 63 CF 02 23 13                                      ; flag, format (L = 99), destination, source, control
      EB DC                                                     ; HCS
      E6 E7 00                                                  ; LLC
      0F 00 00 01 01 0C 07 EA 06 0F 01 0F 00 37 00 FF 88 80     ; Data-Notification, date-time 2026-06-15 15:00:55
      02 0C                                                     ; structure of 12
      09 10 49 53 4B 31 30 33 30 37 37 37 30 30 30 30 31 37     ; device name ISK1030777000017
      09 08 31 36 38 30 30 30 31 37                             ; number of the list 16800017
      12 09 07                                                  ; voltage L1 2311
      12 09 01                                                  ; voltage L2 2305
      12 09 24                                                  ; voltage L3 2340
      12 01 B8                                                  ; current L1 440
      12 01 FE                                                  ; current L2 510
      12 00 5F                                                  ; current L3 95
      06 00 00 09 2E                                            ; active power import 2350
      06 00 00 00 00                                            ; active power export 0
      06 00 00 00 06                                            ; reactive power import 6
      06 00 00 01 0E                                            ; reactive power export 270
      6A 37  7E                                                 ; FCS, flag
      """,
    expected: Reading(
      kind: .power, maker: .iskraemeco,
      meterID: "16800017", deviceName: "ISK1030777000017",
      clock: clock("2026-06-15T15:00:55", deviation: -120, status: 128),
      readings: [
        .voltageL1: 231_100, .voltageL2: 230_500, .voltageL3: 234_000, .currentL1: 4400, .currentL2: 5100,
        .currentL3: 950, .activePowerImport: 2350, .activePowerExport: 0, .reactivePowerImport: 6,
        .reactivePowerExport: 270,
      ]),
    instant: "2026-06-15T13:00:55Z")

  static let iskraemecoOnePhase = Fixture(
    "Iskraemeco, 1-phase power",
    source: "built after captured frames", layout: "Iskraemeco, momentary values, 1-phase",
    frame: """
      7E A0 64 CF 02 23 13                                      ; flag, format (L = 100), destination, source, control
      37 EC                                                     ; HCS
      E6 E7 00                                                  ; LLC
      0F 00 00 01 01 0C 07 EA 06 0F 01 0F 00 37 00 FF 88 80     ; Data-Notification, date-time 2026-06-15 15:00:55
      02 0A                                                     ; structure of 10
      09 10 49 53 4B 31 30 32 30 37 37 37 30 30 30 30 32 35     ; device name ISK1020777000025
      09 0B 49 53 4B 37 37 30 30 30 30 32 35                    ; meter id ISK77000025
      06 00 00 02 30                                            ; active power import 560
      06 00 00 00 00                                            ; active power export 0
      06 00 00 00 00                                            ; reactive power import 0
      06 00 00 01 22                                            ; reactive power export 290
      12 09 1A                                                  ; voltage L1 2330
      12 01 19                                                  ; current L1 281
      06 00 00 02 30                                            ; active power import L1 560
      06 00 00 00 00                                            ; active power export L1 0
      71 24  7E                                                 ; FCS, flag
      """,
    expected: Reading(
      kind: .power, maker: .iskraemeco,
      meterID: "ISK77000025", deviceName: "ISK1020777000025",
      clock: clock("2026-06-15T15:00:55", deviation: -120, status: 128),
      readings: [
        .activePowerImport: 560, .activePowerExport: 0, .reactivePowerImport: 0, .reactivePowerExport: 290,
        .voltageL1: 233_000, .currentL1: 2810, .activePowerImportL1: 560, .activePowerExportL1: 0,
      ]),
    instant: "2026-06-15T13:00:55Z")

  static let iskraemecoOnePhaseVoltage = Fixture(
    "Iskraemeco, 1-phase power and voltage",
    source: "built after captured frames", layout: "Iskraemeco, momentary values, 1-phase, voltage",
    frame: """
      7E A0 61 CF 02 23 13                                      ; flag, format (L = 97), destination, source, control
      63 CA                                                     ; HCS
      E6 E7 00                                                  ; LLC
      0F 00 00 01 01 0C 07 EA 06 0F 01 0F 00 37 00 FF 88 80     ; Data-Notification, date-time 2026-06-15 15:00:55
      02 09                                                     ; structure of 9
      09 10 49 53 4B 31 30 32 30 37 37 37 30 30 30 30 32 35     ; device name ISK1020777000025
      09 0B 49 53 4B 37 37 30 30 30 30 32 35                    ; meter id ISK77000025
      06 00 00 01 7C                                            ; active power import 380
      06 00 00 00 00                                            ; active power export 0
      06 00 00 00 00                                            ; reactive power import 0
      06 00 00 00 5A                                            ; reactive power export 90
      12 09 06                                                  ; voltage L1 2310
      06 00 00 00 00                                            ; unnamed 0
      06 00 00 00 00                                            ; unnamed 0
      DB D2  7E                                                 ; FCS, flag
      """,
    expected: Reading(
      kind: .power, maker: .iskraemeco,
      meterID: "ISK77000025", deviceName: "ISK1020777000025",
      clock: clock("2026-06-15T15:00:55", deviation: -120, status: 128),
      readings: [
        .activePowerImport: 380, .activePowerExport: 0, .reactivePowerImport: 0, .reactivePowerExport: 90,
        .voltageL1: 231_000,
      ]),
    instant: "2026-06-15T13:00:55Z")

  static let iskraemecoRegisters = Fixture(
    "Iskraemeco, registers",
    source: "built after captured frames", layout: "Iskraemeco, registers",
    frame: """
      7E A0 6B CF 02 23 13                                      ; flag, format (L = 107), destination, source, control
      CB 86                                                     ; HCS
      E6 E7 00                                                  ; LLC
      0F 00 00 01 01 0C 07 EA 06 0F 01 0F 00 37 00 FF 88 80     ; Data-Notification, date-time 2026-06-15 15:00:55
      02 0C                                                     ; structure of 12
      09 10 49 53 4B 31 30 33 30 37 37 37 30 30 30 30 31 37     ; device name ISK1030777000017
      09 08 31 36 38 30 30 30 31 37                             ; number of the list 16800017
      16 01                                                     ; switch closed
      09 02 00 02                                               ; tariff 2
      06 00 01 B9 68                                            ; active energy import 113000
      06 00 00 98 58                                            ; active energy import T1 39000
      06 00 01 21 10                                            ; active energy import T2 74000
      06 00 07 E3 88                                            ; active energy export 517000
      06 00 04 88 28                                            ; active energy export T1 297000
      06 00 03 5B 60                                            ; active energy export T2 220000
      06 00 04 E3 F4                                            ; reactive energy import 320500
      06 00 01 71 EC                                            ; reactive energy export 94700
      E2 6A  7E                                                 ; FCS, flag
      """,
    expected: Reading(
      kind: .energy, maker: .iskraemeco,
      meterID: "16800017", deviceName: "ISK1030777000017", tariff: 2,
      clock: clock("2026-06-15T15:00:55", deviation: -120, status: 128),
      readings: [
        .activeEnergyImport: 113_000, .activeEnergyImportT1: 39_000, .activeEnergyImportT2: 74_000,
        .activeEnergyExport: 517_000, .activeEnergyExportT1: 297_000, .activeEnergyExportT2: 220_000,
        .reactiveEnergyImport: 320_500, .reactiveEnergyExport: 94_700,
      ],
      registers: Registers(
        activeImport: 113_000, activeExport: 517_000, reactiveImport: 320_500, reactiveExport: 94_700, scale: 0)),
    instant: "2026-06-15T13:00:55Z")

  static let iskraemecoRegisterTotals = Fixture(
    "Iskraemeco, registers, totals",
    source: "built after captured frames", layout: "Iskraemeco, registers, totals",
    frame: """
      7E A0 37 CF 02 23 13                                      ; flag, format (L = 55), destination, source, control
      99 84                                                     ; HCS
      E6 E7 00                                                  ; LLC
      0F 00 00 01 01 0C 07 EA 06 0F 01 0F 00 37 00 FF 88 80     ; Data-Notification, date-time 2026-06-15 15:00:55
      02 04                                                     ; structure of 4
      09 08 37 37 30 30 30 30 32 35                             ; meter id 77000025
      11 01                                                     ; tariff 1
      06 00 78 BB 99                                            ; active energy import 7912345
      06 00 00 01 04                                            ; active energy export 260
      C7 D4  7E                                                 ; FCS, flag
      """,
    expected: Reading(
      kind: .energy, maker: .iskraemeco,
      meterID: "77000025", tariff: 1,
      clock: clock("2026-06-15T15:00:55", deviation: -120, status: 128),
      readings: [.activeEnergyImport: 7_912_345, .activeEnergyExport: 260],
      registers: Registers(activeImport: 7_912_345, activeExport: 260, scale: 0)),
    instant: "2026-06-15T13:00:55Z")

  static let iskraemecoPowerAndRegisters = Fixture(
    "Iskraemeco, power and registers",
    source: "built after captured frames", layout: "Iskraemeco, power and registers",
    frame: """
      7E A0 5B CF 02 23 13                                      ; flag, format (L = 91), destination, source, control
      1A 52                                                     ; HCS
      E6 E7 00                                                  ; LLC
      0F 00 00 01 01 0C 07 EA 06 0F 01 0F 00 37 00 FF 88 80     ; Data-Notification, date-time 2026-06-15 15:00:55
      02 09                                                     ; structure of 9
      09 10 49 53 4B 31 30 33 30 37 37 37 30 30 30 30 31 37     ; device name ISK1030777000017
      06 00 00 02 80                                            ; active power import 640
      06 00 00 00 00                                            ; active power export 0
      06 00 C2 F6 28                                            ; active energy import 12777000
      06 00 57 63 18                                            ; active energy import T1 5727000
      06 00 6B 93 10                                            ; active energy import T2 7050000
      06 00 00 01 04                                            ; active energy export 260
      06 00 00 00 78                                            ; active energy export T1 120
      06 00 00 00 8C                                            ; active energy export T2 140
      E9 EF  7E                                                 ; FCS, flag
      """,
    expected: Reading(
      kind: .powerEnergy, maker: .iskraemeco,
      deviceName: "ISK1030777000017",
      clock: clock("2026-06-15T15:00:55", deviation: -120, status: 128),
      readings: [
        .activePowerImport: 640, .activePowerExport: 0, .activeEnergyImport: 12_777_000,
        .activeEnergyImportT1: 5_727_000, .activeEnergyImportT2: 7_050_000, .activeEnergyExport: 260,
        .activeEnergyExportT1: 120, .activeEnergyExportT2: 140,
      ],
      registers: Registers(activeImport: 12_777_000, activeExport: 260, scale: 0)),
    instant: "2026-06-15T13:00:55Z")

  static let iskraemecoAll = Fixture(
    "Iskraemeco, all values",
    source: "built after captured frames", layout: "Iskraemeco, all values",
    frame: """
      7E A0 BD CF 02 23 13                                      ; flag, format (L = 189), destination, source, control
      64 42                                                     ; HCS
      E6 E7 00                                                  ; LLC
      0F 00 00 01 01 0C 07 EA 06 0F 01 0F 00 37 00 FF 88 80     ; Data-Notification, date-time 2026-06-15 15:00:55
      02 21                                                     ; structure of 33
      09 08 37 37 30 30 30 30 33 33                             ; meter id 77000033
      09 04 0F 00 37 00                                         ; time
      09 05 07 EA 06 0F 01                                      ; date
      06 00 6C 08 40                                            ; active energy import 7080000
      06 00 4B 60 E0                                            ; active energy import T1 4940000
      06 00 20 A7 60                                            ; active energy import T2 2140000
      06 00 58 59 30                                            ; active energy export 5790000
      06 00 57 95 E0                                            ; active energy export T1 5740000
      06 00 00 C3 50                                            ; active energy export T2 50000
      06 00 17 CE 2F                                            ; reactive energy Q1 1560111
      06 00 12 EC 9E                                            ; reactive energy Q2 1240222
      06 00 00 D8 25                                            ; reactive energy Q3 55333
      06 00 15 37 6C                                            ; reactive energy Q4 1390444
      06 00 00 01 8B                                            ; active power import 395
      06 00 00 00 00                                            ; active power export 0
      12 03 75                                                  ; power factor 885
      06 00 00 00 82                                            ; active power import L1 130
      06 00 00 00 C3                                            ; active power import L2 195
      06 00 00 00 46                                            ; active power import L3 70
      06 00 00 00 00                                            ; active power export L1 0
      06 00 00 00 00                                            ; active power export L2 0
      06 00 00 00 00                                            ; active power export L3 0
      12 09 51                                                  ; voltage L1 2385
      12 09 38                                                  ; voltage L2 2360
      12 09 47                                                  ; voltage L3 2375
      12 00 39                                                  ; current L1 57
      12 00 5B                                                  ; current L2 91
      12 00 4B                                                  ; current L3 75
      06 00 00 43 62                                            ; limit 17250
      01 01 12 24 B8                                            ; array of 1: limit 9400
      01 01 12 24 B8                                            ; array of 1: limit 9400
      01 01 12 24 B8                                            ; array of 1: limit 9400
      03 01                                                     ; switch closed
      38 C5  7E                                                 ; FCS, flag
      """,
    expected: Reading(
      kind: .full, maker: .iskraemeco,
      meterID: "77000033",
      clock: clock("2026-06-15T15:00:55", deviation: -120, status: 128),
      readings: [
        .activeEnergyImport: 7_080_000, .activeEnergyImportT1: 4_940_000, .activeEnergyImportT2: 2_140_000,
        .activeEnergyExport: 5_790_000, .activeEnergyExportT1: 5_740_000, .activeEnergyExportT2: 50_000,
        .reactiveEnergyQ1: 1_560_111, .reactiveEnergyQ2: 1_240_222, .reactiveEnergyQ3: 55_333,
        .reactiveEnergyQ4: 1_390_444, .activePowerImport: 395, .activePowerExport: 0, .powerFactor: 885,
        .activePowerImportL1: 130, .activePowerImportL2: 195, .activePowerImportL3: 70, .activePowerExportL1: 0,
        .activePowerExportL2: 0, .activePowerExportL3: 0, .voltageL1: 238_500, .voltageL2: 236_000,
        .voltageL3: 237_500, .currentL1: 570, .currentL2: 910, .currentL3: 750,
      ],
      registers: Registers(activeImport: 7_080_000, activeExport: 5_790_000, scale: 0)),
    instant: "2026-06-15T13:00:55Z")

  static let iskraemecoRegistersAndPower = Fixture(
    "Iskraemeco, registers and power",
    source: "built after captured frames", layout: "Iskraemeco, registers and power",
    frame: """
      7E A0 67 CF 02 23 13                                      ; flag, format (L = 103), destination, source, control
      FB F1                                                     ; HCS
      E6 E7 00                                                  ; LLC
      0F 00 00 01 01 0C 07 EA 06 0F 01 0F 00 37 00 FF 88 80     ; Data-Notification, date-time 2026-06-15 15:00:55
      02 0C                                                     ; structure of 12
      09 06 00 06 19 09 00 FF                                   ; push setup
      09 0D 31 31 32 30 30 30 30 30 30 30 30 31 37              ; meter id 1120000000017
      09 04 0F 00 37 00                                         ; time
      09 05 07 EA 06 0F 01                                      ; date
      06 00 DB 48 B8                                            ; active energy import 14371000
      06 00 06 6C 88                                            ; active energy export 421000
      06 00 16 37 EF                                            ; reactive energy import 1456111
      06 00 23 01 CE                                            ; reactive energy export 2294222
      06 00 00 00 00                                            ; active power import 0
      06 00 00 00 16                                            ; active power export 22
      09 00                                                     ; empty
      09 00                                                     ; empty
      A5 D7  7E                                                 ; FCS, flag
      """,
    expected: Reading(
      kind: .full, maker: .iskraemeco,
      meterID: "1120000000017",
      clock: clock("2026-06-15T15:00:55", deviation: -120, status: 128),
      readings: [
        .activeEnergyImport: 14_371_000, .activeEnergyExport: 421_000, .reactiveEnergyImport: 1_456_111,
        .reactiveEnergyExport: 2_294_222, .activePowerImport: 0, .activePowerExport: 22,
      ],
      registers: Registers(
        activeImport: 14_371_000, activeExport: 421_000, reactiveImport: 1_456_111, reactiveExport: 2_294_222, scale: 0)
    ),
    instant: "2026-06-15T13:00:55Z")

  static let iskraemecoOnePhaseTotals = Fixture(
    "Iskraemeco, 1-phase power, totals",
    source: "built", layout: "Iskraemeco, momentary values, 1-phase, totals",
    frame: """
      7E A0 5A CF 02 23 13                                      ; flag, format (L = 90), destination, source, control
      5E 59                                                     ; HCS
      E6 E7 00                                                  ; LLC
      0F 00 00 01 01 0C 07 EA 06 0F 01 0F 00 37 00 FF 88 80     ; Data-Notification, date-time 2026-06-15 15:00:55
      02 08                                                     ; structure of 8
      09 10 49 53 4B 31 30 32 30 37 37 37 30 30 30 30 32 35     ; device name ISK1020777000025
      09 0B 49 53 4B 37 37 30 30 30 30 32 35                    ; meter id ISK77000025
      12 09 1A                                                  ; voltage L1 2330
      12 01 19                                                  ; current L1 281
      06 00 00 02 30                                            ; active power import 560
      06 00 00 00 00                                            ; active power export 0
      06 00 00 00 00                                            ; reactive power import 0
      06 00 00 01 22                                            ; reactive power export 290
      8D BE  7E                                                 ; FCS, flag
      """,
    expected: Reading(
      kind: .power, maker: .iskraemeco,
      meterID: "ISK77000025", deviceName: "ISK1020777000025",
      clock: clock("2026-06-15T15:00:55", deviation: -120, status: 128),
      readings: [
        .voltageL1: 233_000, .currentL1: 2810, .activePowerImport: 560, .activePowerExport: 0,
        .reactivePowerImport: 0, .reactivePowerExport: 290,
      ]),
    instant: "2026-06-15T13:00:55Z")

  static let iskraemecoTariffs = Fixture(
    "Iskraemeco, registers by tariff",
    source: "built", layout: "Iskraemeco, registers by tariff",
    frame: """
      7E A0 68 CF 02 23 13                                      ; flag, format (L = 104), destination, source, control
      07 9B                                                     ; HCS
      E6 E7 00                                                  ; LLC
      0F 00 00 01 01 0C 07 EA 06 0F 01 0F 00 37 00 FF 88 80     ; Data-Notification, date-time 2026-06-15 15:00:55
      02 0A                                                     ; structure of 10
      09 10 49 53 4B 31 30 32 30 37 37 37 30 30 30 30 32 35     ; device name ISK1020777000025
      09 0B 49 53 4B 37 37 30 30 30 30 32 35                    ; meter id ISK77000025
      06 00 00 98 58                                            ; active energy import T1 39000
      06 00 01 21 10                                            ; active energy import T2 74000
      06 00 04 88 28                                            ; active energy export T1 297000
      06 00 03 5B 60                                            ; active energy export T2 220000
      06 00 00 00 0B                                            ; reactive energy by tariff 11
      06 00 00 00 16                                            ; reactive energy by tariff 22
      06 00 00 00 21                                            ; reactive energy by tariff 33
      06 00 00 00 2C                                            ; reactive energy by tariff 44
      D6 8E  7E                                                 ; FCS, flag
      """,
    expected: Reading(
      kind: .energy, maker: .iskraemeco,
      meterID: "ISK77000025", deviceName: "ISK1020777000025",
      clock: clock("2026-06-15T15:00:55", deviation: -120, status: 128),
      readings: [
        .activeEnergyImportT1: 39_000, .activeEnergyImportT2: 74_000, .activeEnergyExportT1: 297_000,
        .activeEnergyExportT2: 220_000,
      ]),
    instant: "2026-06-15T13:00:55Z")
}
