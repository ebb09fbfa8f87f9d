import Frames
import Metering

extension Fixture {
  // Kamstrup (`protocol.md` 5.5).

  static let kamstrupTenSeconds = Fixture(
    "Kamstrup 10 s list, 3-phase",
    source: "protocol.md 5.5-A", layout: "Kamstrup", admittedBy: .kamstrup,
    frame: """
      7E A0 E2 2B 21 13                                         ; flag, format (L = 226), destination, source, control
      23 9A                                                     ; HCS
      E6 E7 00                                                  ; LLC
      0F 00 00 00 00 0C 07 EA 02 05 04 0D 00 1E FF 80 00 00     ; Data-Notification, date-time 2026-02-05 13:00:30
      02 19                                                     ; structure of 25
      0A 0E 4B 61 6D 73 74 72 75 70 5F 56 30 30 30 31           ; list version Kamstrup_V0001
      09 06 01 01 00 00 05 FF 0A 10 35 37 30 36 35 36 37 30 30 30 30 30 30 30 32 37  ; meter id 5706567000000027
      09 06 01 01 60 01 01 FF 0A 12 36 38 34 31 31 33 31 42 4E 32 34 33 31 30 31 30 34 30  ; type 6841131BN243101040
      09 06 01 01 01 07 00 FF 06 00 00 06 40                    ; active power import 1600
      09 06 01 01 02 07 00 FF 06 00 00 00 00                    ; active power export 0
      09 06 01 01 03 07 00 FF 06 00 00 00 00                    ; reactive power import 0
      09 06 01 01 04 07 00 FF 06 00 00 01 79                    ; reactive power export 377
      09 06 01 01 1F 07 00 FF 06 00 00 00 AA                    ; current L1 170
      09 06 01 01 33 07 00 FF 06 00 00 00 CD                    ; current L2 205
      09 06 01 01 47 07 00 FF 06 00 00 01 84                    ; current L3 388
      09 06 01 01 20 07 00 FF 12 00 E9                          ; voltage L1 233
      09 06 01 01 34 07 00 FF 12 00 EA                          ; voltage L2 234
      09 06 01 01 48 07 00 FF 12 00 EC                          ; voltage L3 236
      3A 94  7E                                                 ; FCS, flag
      """,
    expected: Reading(
      kind: .list2, maker: .kamstrup,
      listVersion: "Kamstrup_V0001", meterID: "5706567000000027", meterType: "6841131BN243101040",
      clock: clock("2026-02-05T13:00:30", status: 0),
      readings: [
        .activePowerImport: 1600, .activePowerExport: 0, .reactivePowerImport: 0, .reactivePowerExport: 377,
        .currentL1: 1700, .currentL2: 2050, .currentL3: 3880, .voltageL1: 233_000, .voltageL2: 234_000,
        .voltageL3: 236_000,
      ]),
    instant: "2026-02-05T12:00:30Z")

  static let kamstrupTenSecondsOnePhase = Fixture(
    "Kamstrup 10 s list, 1-phase, other phases left out",
    source: "built; L of protocol.md 1.4", layout: "Kamstrup", admittedBy: .kamstrup,
    frame: """
      7E A0 B2 2B 21 13                                         ; flag, format (L = 178), destination, source, control
      35 4F                                                     ; HCS
      E6 E7 00                                                  ; LLC
      0F 00 00 00 00 0C 07 EA 02 05 04 0D 00 1E FF 80 00 00     ; Data-Notification, date-time 2026-02-05 13:00:30
      02 11                                                     ; structure of 17
      0A 0E 4B 61 6D 73 74 72 75 70 5F 56 30 30 30 31           ; list version Kamstrup_V0001
      09 06 01 01 00 00 05 FF 0A 10 35 37 30 36 35 36 37 30 30 30 30 30 30 30 31 39  ; meter id 5706567000000019
      09 06 01 01 60 01 01 FF 0A 12 36 38 36 31 31 31 31 42 4E 32 34 32 31 30 31 30 34 30  ; type 6861111BN242101040
      09 06 01 01 01 07 00 FF 06 00 00 02 BE                    ; active power import 702
      09 06 01 01 02 07 00 FF 06 00 00 00 00                    ; active power export 0
      09 06 01 01 03 07 00 FF 06 00 00 00 5B                    ; reactive power import 91
      09 06 01 01 04 07 00 FF 06 00 00 00 00                    ; reactive power export 0
      09 06 01 01 1F 07 00 FF 06 00 00 01 3E                    ; current L1 318
      09 06 01 01 20 07 00 FF 12 00 E3                          ; voltage L1 227
      3F F3  7E                                                 ; FCS, flag
      """,
    expected: Reading(
      kind: .list2, maker: .kamstrup,
      listVersion: "Kamstrup_V0001", meterID: "5706567000000019", meterType: "6861111BN242101040",
      clock: clock("2026-02-05T13:00:30", status: 0),
      readings: [
        .activePowerImport: 702, .activePowerExport: 0, .reactivePowerImport: 91, .reactivePowerExport: 0,
        .currentL1: 3180, .voltageL1: 227_000,
      ]),
    instant: "2026-02-05T12:00:30Z")

  static let kamstrupTransformer = Fixture(
    "Kamstrup 10 s list behind current transformers",
    source: "built after protocol.md 5.5", layout: "Kamstrup", admittedBy: .kamstrup,
    frame: """
      7E A0 E2 2B 21 13                                         ; flag, format (L = 226), destination, source, control
      23 9A                                                     ; HCS
      E6 E7 00                                                  ; LLC
      0F 00 00 00 00 0C 07 EA 02 05 04 0D 00 0A FF 80 00 00     ; Data-Notification, date-time 2026-02-05 13:00:10
      02 19                                                     ; structure of 25
      0A 0E 4B 61 6D 73 74 72 75 70 5F 56 30 30 30 31           ; list version Kamstrup_V0001
      09 06 01 01 00 00 05 FF 0A 10 35 37 30 36 35 36 37 30 30 30 30 30 30 30 33 35  ; meter id 5706567000000035
      09 06 01 01 60 01 01 FF 0A 12 36 38 35 31 31 33 31 42 4E 32 34 33 31 30 31 30 34 30  ; type 6851131BN243101040
      09 06 01 01 01 07 00 FF 06 00 00 6B 12                    ; active power import 27410
      09 06 01 01 02 07 00 FF 06 00 00 00 00                    ; active power export 0
      09 06 01 01 03 07 00 FF 06 00 00 00 00                    ; reactive power import 0
      09 06 01 01 04 07 00 FF 06 00 00 0C 30                    ; reactive power export 3120
      09 06 01 01 1F 07 00 FF 06 00 00 9C BD                    ; current L1 40125
      09 06 01 01 33 07 00 FF 06 00 00 98 4E                    ; current L2 38990
      09 06 01 01 47 07 00 FF 06 00 00 A0 2F                    ; current L3 41007
      09 06 01 01 20 07 00 FF 12 00 E7                          ; voltage L1 231
      09 06 01 01 34 07 00 FF 12 00 E6                          ; voltage L2 230
      09 06 01 01 48 07 00 FF 12 00 E8                          ; voltage L3 232
      F2 FB  7E                                                 ; FCS, flag
      """,
    expected: Reading(
      kind: .list2, maker: .kamstrup,
      listVersion: "Kamstrup_V0001", meterID: "5706567000000035", meterType: "6851131BN243101040",
      clock: clock("2026-02-05T13:00:10", status: 0),
      readings: [
        .activePowerImport: 27_410, .activePowerExport: 0, .reactivePowerImport: 0, .reactivePowerExport: 3120,
        .currentL1: 40_125, .currentL2: 38_990, .currentL3: 41_007, .voltageL1: 231_000, .voltageL2: 230_000,
        .voltageL3: 232_000,
      ]),
    instant: "2026-02-05T12:00:10Z")

  static let kamstrupHourly = Fixture(
    "Kamstrup hourly list, 3-phase, sent at :55",
    source: "built; HCS of protocol.md 2.2", layout: "Kamstrup", admittedBy: .kamstrup,
    frame: """
      7E A1 2C 2B 21 13                                         ; flag, format (L = 300), destination, source, control
      FC 04                                                     ; HCS
      E6 E7 00                                                  ; LLC
      0F 00 00 00 00 0C 07 EA 02 05 04 0D 00 37 FF 80 00 00     ; Data-Notification, date-time 2026-02-05 13:00:55
      02 23                                                     ; structure of 35
      0A 0E 4B 61 6D 73 74 72 75 70 5F 56 30 30 30 31           ; list version Kamstrup_V0001
      09 06 01 01 00 00 05 FF 0A 10 35 37 30 36 35 36 37 30 30 30 30 30 30 30 32 37  ; meter id 5706567000000027
      09 06 01 01 60 01 01 FF 0A 12 36 38 34 31 31 33 31 42 4E 32 34 33 31 30 31 30 34 30  ; type 6841131BN243101040
      09 06 01 01 01 07 00 FF 06 00 00 06 40                    ; active power import 1600
      09 06 01 01 02 07 00 FF 06 00 00 00 00                    ; active power export 0
      09 06 01 01 03 07 00 FF 06 00 00 00 00                    ; reactive power import 0
      09 06 01 01 04 07 00 FF 06 00 00 01 79                    ; reactive power export 377
      09 06 01 01 1F 07 00 FF 06 00 00 00 AA                    ; current L1 170
      09 06 01 01 33 07 00 FF 06 00 00 00 CD                    ; current L2 205
      09 06 01 01 47 07 00 FF 06 00 00 01 84                    ; current L3 388
      09 06 01 01 20 07 00 FF 12 00 E9                          ; voltage L1 233
      09 06 01 01 34 07 00 FF 12 00 EA                          ; voltage L2 234
      09 06 01 01 48 07 00 FF 12 00 EC                          ; voltage L3 236
      09 06 00 01 01 00 00 FF 09 0C 07 EA 02 05 04 0D 00 37 FF 80 00 00  ; clock 2026-02-05 13:00:55
      09 06 01 01 01 08 00 FF 06 00 40 71 70                    ; active energy import 4223344
      09 06 01 01 02 08 00 FF 06 00 00 00 64                    ; active energy export 100
      09 06 01 01 03 08 00 FF 06 00 00 15 BE                    ; reactive energy import 5566
      09 06 01 01 04 08 00 FF 06 00 01 34 33                    ; reactive energy export 78899
      37 75  7E                                                 ; FCS, flag
      """,
    expected: Reading(
      kind: .list3, maker: .kamstrup,
      listVersion: "Kamstrup_V0001", meterID: "5706567000000027", meterType: "6841131BN243101040",
      clock: clock("2026-02-05T13:00:55", status: 0),
      readings: [
        .activePowerImport: 1600, .activePowerExport: 0, .reactivePowerImport: 0, .reactivePowerExport: 377,
        .currentL1: 1700, .currentL2: 2050, .currentL3: 3880, .voltageL1: 233_000, .voltageL2: 234_000,
        .voltageL3: 236_000, .activeEnergyImport: 42_233_440, .activeEnergyExport: 1000,
        .reactiveEnergyImport: 55_660, .reactiveEnergyExport: 788_990,
      ],
      registers: Registers(
        activeImport: 4_223_344, activeExport: 100, reactiveImport: 5566, reactiveExport: 78_899, scale: 1)),
    instant: "2026-02-05T12:00:55Z")

  static let kamstrupHourlyOnePhase = Fixture(
    "Kamstrup hourly list, 1-phase, null pairs",
    source: "protocol.md 5.5-B", layout: "Kamstrup", admittedBy: .kamstrup,
    frame: """
      7E A1 04 2B 21 13                                         ; flag, format (L = 260), destination, source, control
      77 6E                                                     ; HCS
      E6 E7 00                                                  ; LLC
      0F 00 00 00 00 0C 07 EA 02 05 04 0D 00 19 FF 80 00 00     ; Data-Notification, date-time 2026-02-05 13:00:25
      02 23                                                     ; structure of 35
      0A 0E 4B 61 6D 73 74 72 75 70 5F 56 30 30 30 31           ; list version Kamstrup_V0001
      09 06 01 01 00 00 05 FF 0A 10 35 37 30 36 35 36 37 30 30 30 30 30 30 30 31 39  ; meter id 5706567000000019
      09 06 01 01 60 01 01 FF 0A 12 36 38 36 31 31 31 31 42 4E 32 34 32 31 30 31 30 34 30  ; type 6861111BN242101040
      09 06 01 01 01 07 00 FF 06 00 00 02 BE                    ; active power import 702
      09 06 01 01 02 07 00 FF 06 00 00 00 00                    ; active power export 0
      09 06 01 01 03 07 00 FF 06 00 00 00 5B                    ; reactive power import 91
      09 06 01 01 04 07 00 FF 06 00 00 00 00                    ; reactive power export 0
      09 06 01 01 1F 07 00 FF 06 00 00 01 3E                    ; current L1 318
      00 00                                                     ; null in the place of code and value
      00 00                                                     ; null in the place of code and value
      09 06 01 01 20 07 00 FF 12 00 E3                          ; voltage L1 227
      00 00                                                     ; null in the place of code and value
      00 00                                                     ; null in the place of code and value
      09 06 00 01 01 00 00 FF 09 0C 07 EA 02 05 04 0D 00 19 FF 80 00 00  ; clock 2026-02-05 13:00:25
      09 06 01 01 01 08 00 FF 06 00 0F 12 06                    ; active energy import 987654
      09 06 01 01 02 08 00 FF 06 00 00 00 00                    ; active energy export 0
      09 06 01 01 03 08 00 FF 06 00 00 4F 50                    ; reactive energy import 20304
      09 06 01 01 04 08 00 FF 06 00 02 50 41                    ; reactive energy export 151617
      24 F9  7E                                                 ; FCS, flag
      """,
    expected: Reading(
      kind: .list3, maker: .kamstrup,
      listVersion: "Kamstrup_V0001", meterID: "5706567000000019", meterType: "6861111BN242101040",
      clock: clock("2026-02-05T13:00:25", status: 0),
      readings: [
        .activePowerImport: 702, .activePowerExport: 0, .reactivePowerImport: 91, .reactivePowerExport: 0,
        .currentL1: 3180, .voltageL1: 227_000, .activeEnergyImport: 9_876_540, .activeEnergyExport: 0,
        .reactiveEnergyImport: 203_040, .reactiveEnergyExport: 1_516_170,
      ],
      registers: Registers(
        activeImport: 987_654, activeExport: 0, reactiveImport: 20_304, reactiveExport: 151_617, scale: 1)),
    instant: "2026-02-05T12:00:25Z")
}
