import Frames
import Metering

extension Fixture {
  // Kamstrup outside Norway: push 1, and lists whose scales the frame has to tell (`protocol.md` 5.7, 5.9).

  static let kamstrupPush1 = Fixture(
    "Kamstrup push 1, 3-phase: registers out by one, 10 Wh",
    source: "built after captured frames", layout: "Kamstrup push 1", admittedBy: .kamstrup,
    frame: """
      7E A1 CB 2B 21 13                                         ; flag, format (L = 459), destination, source, control
      57 E7                                                     ; HCS
      E6 E7 00                                                  ; LLC
      0F 00 00 00 00 0C 07 EA 02 05 04 0D 00 14 FF 80 00 00     ; Data-Notification, date-time 2026-02-05 13:00:20
      02 41                                                     ; structure of 65
      0A 0E 4B 61 6D 73 74 72 75 70 5F 56 30 30 30 31           ; list version Kamstrup_V0001
      09 06 01 01 01 08 00 FF 06 00 12 5C 91                    ; active energy import 1203345
      09 06 01 01 02 08 00 FF 06 00 00 A0 F7                    ; active energy export 41207
      09 06 01 01 03 08 00 FF 06 00 00 75 9F                    ; reactive energy import 30111
      09 06 01 01 04 08 00 FF 06 00 03 D4 77                    ; reactive energy export 250999
      09 06 01 01 00 00 01 FF 06 00 9D 2A 8A                    ; meter number 10300042
      09 06 01 01 01 07 00 FF 06 00 00 05 AA                    ; active power import 1450
      09 06 01 01 02 07 00 FF 06 00 00 00 00                    ; active power export 0
      09 06 01 01 03 07 00 FF 06 00 00 00 00                    ; reactive power import 0
      09 06 01 01 04 07 00 FF 06 00 00 01 36                    ; reactive power export 310
      09 06 00 01 01 00 00 FF 09 0C 07 EA 02 05 04 0D 00 14 FF 80 00 00  ; clock 2026-02-05 13:00:20
      09 06 01 01 20 07 00 FF 12 00 E7                          ; voltage L1 231
      09 06 01 01 34 07 00 FF 12 00 E5                          ; voltage L2 229
      09 06 01 01 48 07 00 FF 12 00 E9                          ; voltage L3 233
      09 06 01 01 1F 07 00 FF 06 00 00 01 36                    ; current L1 310
      09 06 01 01 33 07 00 FF 06 00 00 00 CD                    ; current L2 205
      09 06 01 01 47 07 00 FF 06 00 00 00 8D                    ; current L3 141
      09 06 01 01 15 07 00 FF 06 00 00 02 BC                    ; active power import L1 700
      09 06 01 01 29 07 00 FF 06 00 00 01 CC                    ; active power import L2 460
      09 06 01 01 3D 07 00 FF 06 00 00 01 22                    ; active power import L3 290
      09 06 01 01 21 07 00 FF 12 00 61                          ; power factor L1 97
      09 06 01 01 35 07 00 FF 12 00 5F                          ; power factor L2 95
      09 06 01 01 49 07 00 FF 12 00 58                          ; power factor L3 88
      09 06 01 01 0D 07 00 FF 12 00 60                          ; power factor 96
      09 06 01 01 16 07 00 FF 06 00 00 00 00                    ; active power export L1 0
      09 06 01 01 2A 07 00 FF 06 00 00 00 00                    ; active power export L2 0
      09 06 01 01 3E 07 00 FF 06 00 00 00 00                    ; active power export L3 0
      09 06 01 01 16 08 00 FF 06 00 00 2E E0                    ; active energy export L1 12000
      09 06 01 01 2A 08 00 FF 06 00 00 42 68                    ; active energy export L2 17000
      09 06 01 01 3E 08 00 FF 06 00 00 33 98                    ; active energy export L3 13208
      09 06 01 01 15 08 00 FF 06 00 06 1A E4                    ; active energy import L1 400100
      09 06 01 01 29 08 00 FF 06 00 06 42 58                    ; active energy import L2 410200
      09 06 01 01 3D 08 00 FF 06 00 06 03 3D                    ; active energy import L3 394045
      A9 8B  7E                                                 ; FCS, flag
      """,
    expected: Reading(
      kind: .push1, maker: .kamstrup,
      listVersion: "Kamstrup_V0001", meterID: "10300042",
      clock: clock("2026-02-05T13:00:20", status: 0),
      readings: [
        .activePowerImport: 1450, .activePowerExport: 0, .reactivePowerImport: 0, .reactivePowerExport: 310,
        .currentL1: 3100, .currentL2: 2050, .currentL3: 1410, .voltageL1: 231_000, .voltageL2: 229_000,
        .voltageL3: 233_000, .activePowerImportL1: 700, .activePowerImportL2: 460, .activePowerImportL3: 290,
        .activePowerExportL1: 0, .activePowerExportL2: 0, .activePowerExportL3: 0, .powerFactor: 960,
        .powerFactorL1: 970, .powerFactorL2: 950, .powerFactorL3: 880, .activeEnergyImport: 12_033_450,
        .activeEnergyExport: 412_070, .reactiveEnergyImport: 301_110, .reactiveEnergyExport: 2_509_990,
        .activeEnergyImportL1: 4_001_000, .activeEnergyImportL2: 4_102_000, .activeEnergyImportL3: 3_940_450,
        .activeEnergyExportL1: 120_000, .activeEnergyExportL2: 170_000, .activeEnergyExportL3: 132_080,
      ],
      registers: Registers(
        activeImport: 1_203_345, activeExport: 41_207, reactiveImport: 30_111, reactiveExport: 250_999, scale: nil)),
    instant: "2026-02-05T12:00:20Z")

  static let kamstrupPush1OnePhase = Fixture(
    "Kamstrup push 1, 1-phase",
    source: "built after captured frames", layout: "Kamstrup push 1", admittedBy: .kamstrup,
    frame: """
      7E A1 1D 2B 21 13                                         ; flag, format (L = 285), destination, source, control
      B5 54                                                     ; HCS
      E6 E7 00                                                  ; LLC
      0F 00 00 00 00 0C 07 EA 07 02 04 12 1E 28 FF 80 00 80     ; Data-Notification, date-time 2026-07-02 18:30:40
      02 25                                                     ; structure of 37
      0A 0E 4B 61 6D 73 74 72 75 70 5F 56 30 30 30 31           ; list version Kamstrup_V0001
      09 06 01 01 01 08 00 FF 06 00 0D EB D9                    ; active energy import 912345
      09 06 01 01 02 08 00 FF 06 00 00 00 00                    ; active energy export 0
      09 06 01 01 03 08 00 FF 06 00 00 1F 4B                    ; reactive energy import 8011
      09 06 01 01 04 08 00 FF 06 00 06 2A 48                    ; reactive energy export 404040
      09 06 01 01 00 00 01 FF 06 00 9D 2A 9B                    ; meter number 10300059
      09 06 01 01 01 07 00 FF 06 00 00 02 00                    ; active power import 512
      09 06 01 01 02 07 00 FF 06 00 00 00 00                    ; active power export 0
      09 06 01 01 03 07 00 FF 06 00 00 00 00                    ; reactive power import 0
      09 06 01 01 04 07 00 FF 06 00 00 00 B4                    ; reactive power export 180
      09 06 00 01 01 00 00 FF 09 0C 07 EA 07 02 04 12 1E 28 FF 80 00 80  ; clock 2026-07-02 18:30:40
      09 06 01 01 20 07 00 FF 12 00 E7                          ; voltage L1 231
      09 06 01 01 1F 07 00 FF 06 00 00 00 F0                    ; current L1 240
      09 06 01 01 15 07 00 FF 06 00 00 02 00                    ; active power import L1 512
      09 06 01 01 21 07 00 FF 12 00 5D                          ; power factor L1 93
      09 06 01 01 0D 07 00 FF 12 00 5D                          ; power factor 93
      09 06 01 01 16 07 00 FF 06 00 00 00 00                    ; active power export L1 0
      09 06 01 01 16 08 00 FF 06 00 00 00 00                    ; active energy export L1 0
      09 06 01 01 15 08 00 FF 06 00 0D EB D9                    ; active energy import L1 912345
      C8 36  7E                                                 ; FCS, flag
      """,
    expected: Reading(
      kind: .push1, maker: .kamstrup,
      listVersion: "Kamstrup_V0001", meterID: "10300059",
      clock: clock("2026-07-02T18:30:40", status: 128),
      readings: [
        .activePowerImport: 512, .activePowerExport: 0, .reactivePowerImport: 0, .reactivePowerExport: 180,
        .currentL1: 2400, .voltageL1: 231_000, .activePowerImportL1: 512, .activePowerExportL1: 0, .powerFactor: 930,
        .powerFactorL1: 930, .activeEnergyImport: 9_123_450, .activeEnergyExport: 0, .reactiveEnergyImport: 80_110,
        .reactiveEnergyExport: 4_040_400, .activeEnergyImportL1: 9_123_450, .activeEnergyExportL1: 0,
      ],
      registers: Registers(
        activeImport: 912_345, activeExport: 0, reactiveImport: 8011, reactiveExport: 404_040, scale: nil)),
    instant: "2026-07-02T16:30:40Z")

  static let kamstrupPush1WattHours = Fixture(
    "Kamstrup push 1, 3-phase: registers that balance, Wh; voltage 0.01 V",
    source: "built after captured frames", layout: "Kamstrup push 1", admittedBy: .kamstrup,
    frame: """
      7E A1 CB 2B 21 13                                         ; flag, format (L = 459), destination, source, control
      57 E7                                                     ; HCS
      E6 E7 00                                                  ; LLC
      0F 00 00 00 00 0C 07 EA 02 05 04 0D 05 00 FF 80 00 00     ; Data-Notification, date-time 2026-02-05 13:05:00
      02 41                                                     ; structure of 65
      0A 0E 4B 61 6D 73 74 72 75 70 5F 56 30 30 30 31           ; list version Kamstrup_V0001
      09 06 01 01 01 08 00 FF 06 00 02 08 BE                    ; active energy import 133310
      09 06 01 01 02 08 00 FF 06 00 00 4E 20                    ; active energy export 20000
      09 06 01 01 03 08 00 FF 06 00 00 0A 28                    ; reactive energy import 2600
      09 06 01 01 04 08 00 FF 06 00 02 4C AC                    ; reactive energy export 150700
      09 06 01 01 00 00 01 FF 06 00 9D 2A A3                    ; meter number 10300067
      09 06 01 01 01 07 00 FF 06 00 00 00 00                    ; active power import 0
      09 06 01 01 02 07 00 FF 06 00 00 02 62                    ; active power export 610
      09 06 01 01 03 07 00 FF 06 00 00 00 00                    ; reactive power import 0
      09 06 01 01 04 07 00 FF 06 00 00 00 0F                    ; reactive power export 15
      09 06 00 01 01 00 00 FF 09 0C 07 EA 02 05 04 0D 05 00 FF 80 00 00  ; clock 2026-02-05 13:05:00
      09 06 01 01 20 07 00 FF 12 5B 72                          ; voltage L1 23410
      09 06 01 01 34 07 00 FF 12 5C 26                          ; voltage L2 23590
      09 06 01 01 48 07 00 FF 12 5B 09                          ; voltage L3 23305
      09 06 01 01 1F 07 00 FF 06 00 00 00 78                    ; current L1 120
      09 06 01 01 33 07 00 FF 06 00 00 00 55                    ; current L2 85
      09 06 01 01 47 07 00 FF 06 00 00 00 5C                    ; current L3 92
      09 06 01 01 15 07 00 FF 06 00 00 00 00                    ; active power import L1 0
      09 06 01 01 29 07 00 FF 06 00 00 00 00                    ; active power import L2 0
      09 06 01 01 3D 07 00 FF 06 00 00 00 00                    ; active power import L3 0
      09 06 01 01 21 07 00 FF 12 00 5C                          ; power factor L1 92
      09 06 01 01 35 07 00 FF 12 00 3A                          ; power factor L2 58
      09 06 01 01 49 07 00 FF 12 00 58                          ; power factor L3 88
      09 06 01 01 0D 07 00 FF 12 00 62                          ; power factor 98
      09 06 01 01 16 07 00 FF 06 00 00 01 04                    ; active power export L1 260
      09 06 01 01 2A 07 00 FF 06 00 00 00 96                    ; active power export L2 150
      09 06 01 01 3E 07 00 FF 06 00 00 00 C8                    ; active power export L3 200
      09 06 01 01 16 08 00 FF 06 00 00 1F A4                    ; active energy export L1 8100
      09 06 01 01 2A 08 00 FF 06 00 00 14 50                    ; active energy export L2 5200
      09 06 01 01 3E 08 00 FF 06 00 00 23 5A                    ; active energy export L3 9050
      09 06 01 01 15 08 00 FF 06 00 00 9C AE                    ; active energy import L1 40110
      09 06 01 01 29 08 00 FF 06 00 01 12 4C                    ; active energy import L2 70220
      09 06 01 01 3D 08 00 FF 06 00 00 62 F2                    ; active energy import L3 25330
      EB C3  7E                                                 ; FCS, flag
      """,
    expected: Reading(
      kind: .push1, maker: .kamstrup,
      listVersion: "Kamstrup_V0001", meterID: "10300067",
      clock: clock("2026-02-05T13:05:00", status: 0),
      readings: [
        .activePowerImport: 0, .activePowerExport: 610, .reactivePowerImport: 0, .reactivePowerExport: 15,
        .currentL1: 1200, .currentL2: 850, .currentL3: 920, .voltageL1: 234_100, .voltageL2: 235_900,
        .voltageL3: 233_050, .activePowerImportL1: 0, .activePowerImportL2: 0, .activePowerImportL3: 0,
        .activePowerExportL1: 260, .activePowerExportL2: 150, .activePowerExportL3: 200, .powerFactor: 980,
        .powerFactorL1: 920, .powerFactorL2: 580, .powerFactorL3: 880, .activeEnergyImport: 133_310,
        .activeEnergyExport: 20_000, .reactiveEnergyImport: 2600, .reactiveEnergyExport: 150_700,
        .activeEnergyImportL1: 40_110, .activeEnergyImportL2: 70_220, .activeEnergyImportL3: 25_330,
        .activeEnergyExportL1: 8100, .activeEnergyExportL2: 5200, .activeEnergyExportL3: 9050,
      ],
      registers: Registers(
        activeImport: 133_310, activeExport: 20_000, reactiveImport: 2600, reactiveExport: 150_700, scale: nil)),
    instant: "2026-02-05T12:05:00Z")

  static let kamstrupPush1Transformer = Fixture(
    "Kamstrup push 1, 3-phase behind current transformers: 0.001 A",
    source: "built after captured frames", layout: "Kamstrup push 1", admittedBy: .kamstrup,
    frame: """
      7E A1 CB 2B 21 13                                         ; flag, format (L = 459), destination, source, control
      57 E7                                                     ; HCS
      E6 E7 00                                                  ; LLC
      0F 00 00 00 00 0C 07 EA 02 05 04 0D 05 0A FF 80 00 00     ; Data-Notification, date-time 2026-02-05 13:05:10
      02 41                                                     ; structure of 65
      0A 0E 4B 61 6D 73 74 72 75 70 5F 56 30 30 30 31           ; list version Kamstrup_V0001
      09 06 01 01 01 08 00 FF 06 00 8C B0 36                    ; active energy import 9220150
      09 06 01 01 02 08 00 FF 06 00 D6 3D B4                    ; active energy export 14040500
      09 06 01 01 03 08 00 FF 06 00 6A FB 94                    ; reactive energy import 7011220
      09 06 01 01 04 08 00 FF 06 00 01 38 8F                    ; reactive energy export 80015
      09 06 01 01 00 00 01 FF 06 00 9D 2A AB                    ; meter number 10300075
      09 06 01 01 01 07 00 FF 06 00 00 00 00                    ; active power import 0
      09 06 01 01 02 07 00 FF 06 00 00 0A 28                    ; active power export 2600
      09 06 01 01 03 07 00 FF 06 00 00 EF 10                    ; reactive power import 61200
      09 06 01 01 04 07 00 FF 06 00 00 00 00                    ; reactive power export 0
      09 06 00 01 01 00 00 FF 09 0C 07 EA 02 05 04 0D 05 0A FF 80 00 00  ; clock 2026-02-05 13:05:10
      09 06 01 01 20 07 00 FF 12 00 E9                          ; voltage L1 233
      09 06 01 01 34 07 00 FF 12 00 E8                          ; voltage L2 232
      09 06 01 01 48 07 00 FF 12 00 EA                          ; voltage L3 234
      09 06 01 01 1F 07 00 FF 06 00 01 54 50                    ; current L1 87120
      09 06 01 01 33 07 00 FF 06 00 01 59 5A                    ; current L2 88410
      09 06 01 01 47 07 00 FF 06 00 01 53 AB                    ; current L3 86955
      09 06 01 01 15 07 00 FF 06 00 00 00 00                    ; active power import L1 0
      09 06 01 01 29 07 00 FF 06 00 00 00 00                    ; active power import L2 0
      09 06 01 01 3D 07 00 FF 06 00 00 00 00                    ; active power import L3 0
      09 06 01 01 21 07 00 FF 12 00 02                          ; power factor L1 2
      09 06 01 01 35 07 00 FF 12 00 05                          ; power factor L2 5
      09 06 01 01 49 07 00 FF 12 00 04                          ; power factor L3 4
      09 06 01 01 0D 07 00 FF 12 00 04                          ; power factor 4
      09 06 01 01 16 07 00 FF 06 00 00 01 C2                    ; active power export L1 450
      09 06 01 01 2A 07 00 FF 06 00 00 04 74                    ; active power export L2 1140
      09 06 01 01 3E 07 00 FF 06 00 00 03 F2                    ; active power export L3 1010
      09 06 01 01 16 08 00 FF 06 00 44 AA 84                    ; active energy export L1 4500100
      09 06 01 01 2A 08 00 FF 06 00 47 B8 28                    ; active energy export L2 4700200
      09 06 01 01 3E 08 00 FF 06 00 4D D3 0C                    ; active energy export L3 5100300
      09 06 01 01 15 08 00 FF 06 00 2F 4D 92                    ; active energy import L1 3100050
      09 06 01 01 29 08 00 FF 06 00 30 D4 3C                    ; active energy import L2 3200060
      09 06 01 01 3D 08 00 FF 06 00 30 86 6F                    ; active energy import L3 3180143
      CE 7B  7E                                                 ; FCS, flag
      """,
    expected: Reading(
      kind: .push1, maker: .kamstrup,
      listVersion: "Kamstrup_V0001", meterID: "10300075",
      clock: clock("2026-02-05T13:05:10", status: 0),
      readings: [
        .activePowerImport: 0, .activePowerExport: 2600, .reactivePowerImport: 61_200, .reactivePowerExport: 0,
        .currentL1: 87_120, .currentL2: 88_410, .currentL3: 86_955, .voltageL1: 233_000, .voltageL2: 232_000,
        .voltageL3: 234_000, .activePowerImportL1: 0, .activePowerImportL2: 0, .activePowerImportL3: 0,
        .activePowerExportL1: 450, .activePowerExportL2: 1140, .activePowerExportL3: 1010, .powerFactor: 40,
        .powerFactorL1: 20, .powerFactorL2: 50, .powerFactorL3: 40, .activeEnergyImport: 92_201_500,
        .activeEnergyExport: 140_405_000, .reactiveEnergyImport: 70_112_200, .reactiveEnergyExport: 800_150,
        .activeEnergyImportL1: 31_000_500, .activeEnergyImportL2: 32_000_600, .activeEnergyImportL3: 31_801_430,
        .activeEnergyExportL1: 45_001_000, .activeEnergyExportL2: 47_002_000, .activeEnergyExportL3: 51_003_000,
      ],
      registers: Registers(
        activeImport: 9_220_150, activeExport: 14_040_500, reactiveImport: 7_011_220, reactiveExport: 80_015, scale: nil
      )),
    instant: "2026-02-05T12:05:10Z")

  static let kamstrupSweden = Fixture(
    "Kamstrup hourly list, Sweden: Wh",
    source: "built after captured frames", layout: "Kamstrup", admittedBy: .kamstrup,
    frame: """
      7E A1 2C 2B 21 13                                         ; flag, format (L = 300), destination, source, control
      FC 04                                                     ; HCS
      E6 E7 00                                                  ; LLC
      0F 00 00 00 00 0C 07 EA 02 05 04 0D 00 23 FF 80 00 00     ; Data-Notification, date-time 2026-02-05 13:00:35
      02 23                                                     ; structure of 35
      0A 0E 4B 61 6D 73 74 72 75 70 5F 56 30 30 30 31           ; list version Kamstrup_V0001
      09 06 01 01 00 00 05 FF 0A 10 35 37 30 36 35 36 37 30 30 30 30 30 30 30 34 33  ; meter id 5706567000000043
      09 06 01 01 60 01 01 FF 0A 12 36 38 34 31 31 33 31 42 4E 32 34 35 31 30 31 30 39 32  ; type 6841131BN245101092
      09 06 01 01 01 07 00 FF 06 00 00 08 39                    ; active power import 2105
      09 06 01 01 02 07 00 FF 06 00 00 00 00                    ; active power export 0
      09 06 01 01 03 07 00 FF 06 00 00 00 00                    ; reactive power import 0
      09 06 01 01 04 07 00 FF 06 00 00 01 86                    ; reactive power export 390
      09 06 01 01 1F 07 00 FF 06 00 00 01 36                    ; current L1 310
      09 06 01 01 33 07 00 FF 06 00 00 01 E0                    ; current L2 480
      09 06 01 01 47 07 00 FF 06 00 00 00 96                    ; current L3 150
      09 06 01 01 20 07 00 FF 12 00 EE                          ; voltage L1 238
      09 06 01 01 34 07 00 FF 12 00 EF                          ; voltage L2 239
      09 06 01 01 48 07 00 FF 12 00 F1                          ; voltage L3 241
      09 06 00 01 01 00 00 FF 09 0C 07 EA 02 05 04 0D 00 23 FF 80 00 00  ; clock 2026-02-05 13:00:35
      09 06 01 01 01 08 00 FF 06 01 DC 6A 3D                    ; active energy import 31222333
      09 06 01 01 02 08 00 FF 06 00 00 00 00                    ; active energy export 0
      09 06 01 01 03 08 00 FF 06 00 4D FD B6                    ; reactive energy import 5111222
      09 06 01 01 04 08 00 FF 06 00 0F 43 FC                    ; reactive energy export 1000444
      F5 E3  7E                                                 ; FCS, flag
      """,
    expected: Reading(
      kind: .list3, maker: .kamstrup,
      listVersion: "Kamstrup_V0001", meterID: "5706567000000043", meterType: "6841131BN245101092",
      clock: clock("2026-02-05T13:00:35", status: 0),
      readings: [
        .activePowerImport: 2105, .activePowerExport: 0, .reactivePowerImport: 0, .reactivePowerExport: 390,
        .currentL1: 3100, .currentL2: 4800, .currentL3: 1500, .voltageL1: 238_000, .voltageL2: 239_000,
        .voltageL3: 241_000, .activeEnergyImport: 31_222_333, .activeEnergyExport: 0,
        .reactiveEnergyImport: 5_111_222, .reactiveEnergyExport: 1_000_444,
      ],
      registers: Registers(
        activeImport: 31_222_333, activeExport: 0, reactiveImport: 5_111_222, reactiveExport: 1_000_444, scale: 0)),
    instant: "2026-02-05T12:00:35Z")

  static let kamstrupDenmark = Fixture(
    "Kamstrup hourly list, Denmark: 10 Wh is assumed, voltage 0.01 V",
    source: "built after captured frames", layout: "Kamstrup", admittedBy: .kamstrup,
    frame: """
      7E A1 2C 2B 21 13                                         ; flag, format (L = 300), destination, source, control
      FC 04                                                     ; HCS
      E6 E7 00                                                  ; LLC
      0F 00 00 00 00 0C 07 EA 02 05 04 0D 00 2D FF 80 00 00     ; Data-Notification, date-time 2026-02-05 13:00:45
      02 23                                                     ; structure of 35
      0A 0E 4B 61 6D 73 74 72 75 70 5F 56 30 30 30 31           ; list version Kamstrup_V0001
      09 06 01 01 00 00 05 FF 0A 10 35 37 30 36 35 36 37 30 30 30 30 30 30 30 35 30  ; meter id 5706567000000050
      09 06 01 01 60 01 01 FF 0A 12 36 38 34 31 31 33 38 42 4E 32 34 33 31 30 31 30 31 30  ; type 6841138BN243101010
      09 06 01 01 01 07 00 FF 06 00 00 02 64                    ; active power import 612
      09 06 01 01 02 07 00 FF 06 00 00 00 00                    ; active power export 0
      09 06 01 01 03 07 00 FF 06 00 00 00 1E                    ; reactive power import 30
      09 06 01 01 04 07 00 FF 06 00 00 00 B4                    ; reactive power export 180
      09 06 01 01 1F 07 00 FF 06 00 00 00 F0                    ; current L1 240
      09 06 01 01 33 07 00 FF 06 00 00 00 19                    ; current L2 25
      09 06 01 01 47 07 00 FF 06 00 00 00 28                    ; current L3 40
      09 06 01 01 20 07 00 FF 12 56 C2                          ; voltage L1 22210
      09 06 01 01 34 07 00 FF 12 57 3A                          ; voltage L2 22330
      09 06 01 01 48 07 00 FF 12 57 4E                          ; voltage L3 22350
      09 06 00 01 01 00 00 FF 09 0C 07 EA 02 05 04 0D 00 2D FF 80 00 00  ; clock 2026-02-05 13:00:45
      09 06 01 01 01 08 00 FF 06 00 0A AE DB                    ; active energy import 700123
      09 06 01 01 02 08 00 FF 06 00 00 00 11                    ; active energy export 17
      09 06 01 01 03 08 00 FF 06 00 00 0F A0                    ; reactive energy import 4000
      09 06 01 01 04 08 00 FF 06 00 00 04 D2                    ; reactive energy export 1234
      66 E1  7E                                                 ; FCS, flag
      """,
    expected: Reading(
      kind: .list3, maker: .kamstrup,
      listVersion: "Kamstrup_V0001", meterID: "5706567000000050", meterType: "6841138BN243101010",
      clock: clock("2026-02-05T13:00:45", status: 0),
      readings: [
        .activePowerImport: 612, .activePowerExport: 0, .reactivePowerImport: 30, .reactivePowerExport: 180,
        .currentL1: 2400, .currentL2: 250, .currentL3: 400, .voltageL1: 222_100, .voltageL2: 223_300,
        .voltageL3: 223_500, .activeEnergyImport: 7_001_230, .activeEnergyExport: 170, .reactiveEnergyImport: 40_000,
        .reactiveEnergyExport: 12_340,
      ],
      registers: Registers(
        activeImport: 700_123, activeExport: 17, reactiveImport: 4000, reactiveExport: 1234, scale: nil)),
    instant: "2026-02-05T12:00:45Z")

  static let kamstrupUnknownMarket = Fixture(
    "Kamstrup hourly list of a market that is not known: registers stay raw",
    source: "built after captured frames", layout: "Kamstrup", admittedBy: .kamstrup,
    frame: """
      7E A1 2C 2B 21 13                                         ; flag, format (L = 300), destination, source, control
      FC 04                                                     ; HCS
      E6 E7 00                                                  ; LLC
      0F 00 00 00 00 0C 07 EA 02 05 04 0D 00 0F FF 80 00 00     ; Data-Notification, date-time 2026-02-05 13:00:15
      02 23                                                     ; structure of 35
      0A 0E 4B 61 6D 73 74 72 75 70 5F 56 30 30 30 31           ; list version Kamstrup_V0001
      09 06 01 01 00 00 05 FF 0A 10 35 37 30 36 35 36 37 30 30 30 30 30 30 30 36 38  ; meter id 5706567000000068
      09 06 01 01 60 01 01 FF 0A 12 36 38 34 31 31 33 31 42 4E 32 34 33 31 30 31 39 39 39  ; type 6841131BN243101999
      09 06 01 01 01 07 00 FF 06 00 00 03 2A                    ; active power import 810
      09 06 01 01 02 07 00 FF 06 00 00 00 00                    ; active power export 0
      09 06 01 01 03 07 00 FF 06 00 00 00 64                    ; reactive power import 100
      09 06 01 01 04 07 00 FF 06 00 00 00 AA                    ; reactive power export 170
      09 06 01 01 1F 07 00 FF 06 00 00 00 E6                    ; current L1 230
      09 06 01 01 33 07 00 FF 06 00 00 00 5A                    ; current L2 90
      09 06 01 01 47 07 00 FF 06 00 00 00 46                    ; current L3 70
      09 06 01 01 20 07 00 FF 12 00 E7                          ; voltage L1 231
      09 06 01 01 34 07 00 FF 12 00 E9                          ; voltage L2 233
      09 06 01 01 48 07 00 FF 12 00 EB                          ; voltage L3 235
      09 06 00 01 01 00 00 FF 09 0C 07 EA 02 05 04 0D 00 0F FF 80 00 00  ; clock 2026-02-05 13:00:15
      09 06 01 01 01 08 00 FF 06 00 0A AE DB                    ; active energy import 700123
      09 06 01 01 02 08 00 FF 06 00 00 00 00                    ; active energy export 0
      09 06 01 01 03 08 00 FF 06 00 00 0F A0                    ; reactive energy import 4000
      09 06 01 01 04 08 00 FF 06 00 00 04 D2                    ; reactive energy export 1234
      27 B9  7E                                                 ; FCS, flag
      """,
    expected: Reading(
      kind: .list3, maker: .kamstrup,
      listVersion: "Kamstrup_V0001", meterID: "5706567000000068", meterType: "6841131BN243101999",
      clock: clock("2026-02-05T13:00:15", status: 0),
      readings: [
        .activePowerImport: 810, .activePowerExport: 0, .reactivePowerImport: 100, .reactivePowerExport: 170,
        .currentL1: 2300, .currentL2: 900, .currentL3: 700, .voltageL1: 231_000, .voltageL2: 233_000,
        .voltageL3: 235_000, .activeEnergyExport: 0,
      ],
      registers: Registers(
        activeImport: 700_123, activeExport: 0, reactiveImport: 4000, reactiveExport: 1234, scale: nil)),
    instant: "2026-02-05T12:00:15Z")
}
