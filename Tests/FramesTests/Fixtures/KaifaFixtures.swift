import Frames
import Metering

extension Fixture {
  // Kaifa in Norway and Sweden (`protocol.md` 5.4, 5.6).

  static let kaifaList1 = Fixture(
    "Kaifa list 1",
    source: "protocol.md 5.4-A", layout: "Kaifa list 1", admittedBy: .kaifa,
    frame: """
      7E A0 27 01 02 01 10                                      ; flag, format (L = 39), destination, source, control
      5A 87                                                     ; HCS
      E6 E7 00                                                  ; LLC
      0F 40 00 00 00 09 0C 07 EA 07 02 04 12 3B 3A FF 80 00 00  ; Data-Notification, date-time 2026-07-02 18:59:58
      02 01                                                     ; structure of 1
      06 00 00 05 DF                                            ; active power import 1503
      31 40  7E                                                 ; FCS, flag
      """,
    expected: Reading(
      kind: .list1, maker: .kaifa,
      clock: clock("2026-07-02T18:59:58", status: 0),
      readings: [.activePowerImport: 1503]),
    instant: "2026-07-02T16:59:58Z")

  static let kaifaList1FlagInside = Fixture(
    "Kaifa list 1 with 7E inside",
    source: "protocol.md 2.3", layout: "Kaifa list 1", admittedBy: .kaifa,
    frame: """
      7E A0 27 01 02 01 10                                      ; flag, format (L = 39), destination, source, control
      5A 87                                                     ; HCS
      E6 E7 00                                                  ; LLC
      0F 40 00 00 00 09 0C 07 EA 07 02 04 12 3B 38 FF 80 00 00  ; Data-Notification, date-time 2026-07-02 18:59:56
      02 01                                                     ; structure of 1
      06 00 00 15 7E                                            ; active power import 5502
      98 63  7E                                                 ; FCS, flag
      """,
    expected: Reading(
      kind: .list1, maker: .kaifa,
      clock: clock("2026-07-02T18:59:56", status: 0),
      readings: [.activePowerImport: 5502]),
    instant: "2026-07-02T16:59:56Z")

  static let kaifaList2OnePhase = Fixture(
    "Kaifa list 2, 1-phase",
    source: "protocol.md 5.4-B", layout: "Kaifa list 2, 1-phase", admittedBy: .kaifa,
    frame: """
      7E A0 65 01 02 01 10                                      ; flag, format (L = 101), destination, source, control
      F0 50                                                     ; HCS
      E6 E7 00                                                  ; LLC
      0F 40 00 00 00 09 0C 07 EA 07 02 04 12 3B 32 FF 80 00 00  ; Data-Notification, date-time 2026-07-02 18:59:50
      02 09                                                     ; structure of 9
      09 07 4B 46 4D 5F 30 30 31                                ; list version KFM_001
      09 10 36 39 37 30 36 33 31 34 30 30 30 30 30 30 32 36     ; meter id 6970631400000026
      09 08 4D 41 31 30 35 48 32 45                             ; meter type MA105H2E
      06 00 00 03 F7                                            ; active power import 1015
      06 00 00 00 00                                            ; active power export 0
      06 00 00 00 00                                            ; reactive power import 0
      06 00 00 00 40                                            ; reactive power export 64
      06 00 00 11 76                                            ; current L1 4470
      06 00 00 09 0B                                            ; voltage L1 2315
      9E D2  7E                                                 ; FCS, flag
      """,
    expected: Reading(
      kind: .list2, maker: .kaifa,
      listVersion: "KFM_001", meterID: "6970631400000026", meterType: "MA105H2E",
      clock: clock("2026-07-02T18:59:50", status: 0),
      readings: [
        .activePowerImport: 1015, .activePowerExport: 0, .reactivePowerImport: 0, .reactivePowerExport: 64,
        .currentL1: 4470, .voltageL1: 231_500,
      ]),
    instant: "2026-07-02T16:59:50Z")

  static let kaifaList2ThreePhase = Fixture(
    "Kaifa list 2, 3-wire, U2 not measured",
    source: "built; HCS of protocol.md 2.2", layout: "Kaifa list 2, 3-phase", admittedBy: .kaifa,
    frame: """
      7E A0 79 01 02 01 10                                      ; flag, format (L = 121), destination, source, control
      80 93                                                     ; HCS
      E6 E7 00                                                  ; LLC
      0F 40 00 00 00 09 0C 07 EA 01 19 07 16 00 1E FF 80 00 00  ; Data-Notification, date-time 2026-01-25 22:00:30
      02 0D                                                     ; structure of 13
      09 07 4B 46 4D 5F 30 30 31                                ; list version KFM_001
      09 10 36 39 37 30 36 33 31 34 30 30 30 30 30 30 33 34     ; meter id 6970631400000034
      09 08 4D 41 33 30 34 48 33 45                             ; meter type MA304H3E
      06 00 00 08 38                                            ; active power import 2104
      06 00 00 00 00                                            ; active power export 0
      06 00 00 00 00                                            ; reactive power import 0
      06 00 00 00 39                                            ; reactive power export 57
      06 00 00 14 00                                            ; current L1 5120
      06 00 00 07 94                                            ; current L2 1940
      06 00 00 10 CC                                            ; current L3 4300
      06 00 00 09 43                                            ; voltage L1 2371
      06 00 00 00 00                                            ; voltage L2 0
      06 00 00 09 38                                            ; voltage L3 2360
      E5 C9  7E                                                 ; FCS, flag
      """,
    expected: Reading(
      kind: .list2, maker: .kaifa,
      listVersion: "KFM_001", meterID: "6970631400000034", meterType: "MA304H3E",
      clock: clock("2026-01-25T22:00:30", status: 0),
      readings: [
        .activePowerImport: 2104, .activePowerExport: 0, .reactivePowerImport: 0, .reactivePowerExport: 57,
        .currentL1: 5120, .currentL2: 1940, .currentL3: 4300, .voltageL1: 237_100, .voltageL2: 0,
        .voltageL3: 236_000,
      ]),
    instant: "2026-01-25T21:00:30Z")

  static let kaifaList3OnePhase = Fixture(
    "Kaifa list 3, 1-phase",
    source: "built; HCS of protocol.md 2.2", layout: "Kaifa list 3, 1-phase", admittedBy: .kaifa, .kaifaSE,
    frame: """
      7E A0 87 01 02 01 10                                      ; flag, format (L = 135), destination, source, control
      9E 6D                                                     ; HCS
      E6 E7 00                                                  ; LLC
      0F 40 00 00 00 09 0C 07 EA 01 19 07 17 00 0A FF 80 00 00  ; Data-Notification, date-time 2026-01-25 23:00:10
      02 0E                                                     ; structure of 14
      09 07 4B 46 4D 5F 30 30 31                                ; list version KFM_001
      09 10 36 39 37 30 36 33 31 34 30 30 30 30 30 30 32 36     ; meter id 6970631400000026
      09 08 4D 41 31 30 35 48 32 45                             ; meter type MA105H2E
      06 00 00 03 F7                                            ; active power import 1015
      06 00 00 00 00                                            ; active power export 0
      06 00 00 00 00                                            ; reactive power import 0
      06 00 00 00 40                                            ; reactive power export 64
      06 00 00 11 76                                            ; current L1 4470
      06 00 00 09 0B                                            ; voltage L1 2315
      09 0C 07 EA 01 19 07 17 00 0A FF 80 00 00                 ; clock 2026-01-25 23:00:10
      06 00 BC 61 4E                                            ; active energy import 12345678
      06 00 00 00 00                                            ; active energy export 0
      06 00 06 79 32                                            ; reactive energy import 424242
      06 00 00 03 E9                                            ; reactive energy export 1001
      7D 2A  7E                                                 ; FCS, flag
      """,
    expected: Reading(
      kind: .list3, maker: .kaifa,
      listVersion: "KFM_001", meterID: "6970631400000026", meterType: "MA105H2E",
      clock: clock("2026-01-25T23:00:10", status: 0),
      readings: [
        .activePowerImport: 1015, .activePowerExport: 0, .reactivePowerImport: 0, .reactivePowerExport: 64,
        .currentL1: 4470, .voltageL1: 231_500, .activeEnergyImport: 12_345_678, .activeEnergyExport: 0,
        .reactiveEnergyImport: 424_242, .reactiveEnergyExport: 1001,
      ],
      registers: Registers(
        activeImport: 12_345_678, activeExport: 0, reactiveImport: 424_242, reactiveExport: 1001, scale: 0)),
    instant: "2026-01-25T22:00:10Z")

  static let kaifaList3ThreePhase = Fixture(
    "Kaifa list 3, 4-wire, summer",
    source: "protocol.md 5.4-C", layout: "Kaifa list 3, 3-phase", admittedBy: .kaifa, .kaifaSE,
    frame: """
      7E A0 9A 01 02 01 10                                      ; flag, format (L = 154), destination, source, control
      AA A5                                                     ; HCS
      E6 E7 00                                                  ; LLC
      0F 40 00 00 00 09 0C 07 EA 07 02 04 13 00 0A FF 80 00 00  ; Data-Notification, date-time 2026-07-02 19:00:10
      02 12                                                     ; structure of 18
      09 07 4B 46 4D 5F 30 30 31                                ; list version KFM_001
      09 10 36 39 37 30 36 33 31 34 30 30 30 30 30 30 31 38     ; meter id 6970631400000018
      09 07 4D 41 33 30 34 48 34                                ; meter type MA304H4
      06 00 00 10 72                                            ; active power import 4210
      06 00 00 00 00                                            ; active power export 0
      06 00 00 00 00                                            ; reactive power import 0
      06 00 00 01 84                                            ; reactive power export 388
      06 00 00 3F 4C                                            ; current L1 16204
      06 00 00 04 53                                            ; current L2 1107
      06 00 00 07 F3                                            ; current L3 2035
      06 00 00 09 26                                            ; voltage L1 2342
      06 00 00 09 39                                            ; voltage L2 2361
      06 00 00 09 2E                                            ; voltage L3 2350
      09 0C 07 EA 07 02 04 13 00 0A FF 80 00 00                 ; clock 2026-07-02 19:00:10
      06 01 DF 5E 76                                            ; active energy import 31415926
      06 00 00 00 00                                            ; active energy export 0
      06 00 29 7A 49                                            ; reactive energy import 2718281
      06 00 02 28 6D                                            ; reactive energy export 141421
      A4 08  7E                                                 ; FCS, flag
      """,
    expected: Reading(
      kind: .list3, maker: .kaifa,
      listVersion: "KFM_001", meterID: "6970631400000018", meterType: "MA304H4",
      clock: clock("2026-07-02T19:00:10", status: 0),
      readings: [
        .activePowerImport: 4210, .activePowerExport: 0, .reactivePowerImport: 0, .reactivePowerExport: 388,
        .currentL1: 16_204, .currentL2: 1107, .currentL3: 2035, .voltageL1: 234_200, .voltageL2: 236_100,
        .voltageL3: 235_000, .activeEnergyImport: 31_415_926, .activeEnergyExport: 0,
        .reactiveEnergyImport: 2_718_281, .reactiveEnergyExport: 141_421,
      ],
      registers: Registers(
        activeImport: 31_415_926, activeExport: 0, reactiveImport: 2_718_281, reactiveExport: 141_421, scale: 0)),
    instant: "2026-07-02T17:00:10Z")

  static let kaifaList3LongRegisters = Fixture(
    "Kaifa list 3, MA304T4, registers as long64-unsigned",
    source: "built after protocol.md 5.4", layout: "Kaifa list 3, 3-phase", admittedBy: .kaifa, .kaifaSE,
    frame: """
      7E A0 AA 01 02 01 10                                      ; flag, format (L = 170), destination, source, control
      7B 71                                                     ; HCS
      E6 E7 00                                                  ; LLC
      0F 40 00 00 00 09 0C 07 EA 01 19 07 17 00 0A FF 80 00 00  ; Data-Notification, date-time 2026-01-25 23:00:10
      02 12                                                     ; structure of 18
      09 07 4B 46 4D 5F 30 30 31                                ; list version KFM_001
      09 10 36 39 37 30 36 33 31 34 30 30 30 30 30 30 34 32     ; meter id 6970631400000042
      09 07 4D 41 33 30 34 54 34                                ; meter type MA304T4
      06 00 01 56 30                                            ; active power import 87600
      06 00 00 00 00                                            ; active power export 0
      06 00 00 04 B0                                            ; reactive power import 1200
      06 00 00 00 00                                            ; reactive power export 0
      06 00 00 04 BA                                            ; current L1 1210
      06 00 00 04 AB                                            ; current L2 1195
      06 00 00 04 D0                                            ; current L3 1232
      06 00 00 08 FE                                            ; voltage L1 2302
      06 00 00 09 06                                            ; voltage L2 2310
      06 00 00 08 FA                                            ; voltage L3 2298
      09 0C 07 EA 01 19 07 17 00 0A FF 80 00 00                 ; clock 2026-01-25 23:00:10
      15 00 00 00 01 2A 05 F2 7B                                ; active energy import 5000000123
      15 00 00 00 00 00 00 00 00                                ; active energy export 0
      15 00 00 00 00 00 01 2C C9                                ; reactive energy import 77001
      15 00 00 00 00 00 00 00 09                                ; reactive energy export 9
      17 F4  7E                                                 ; FCS, flag
      """,
    expected: Reading(
      kind: .list3, maker: .kaifa,
      listVersion: "KFM_001", meterID: "6970631400000042", meterType: "MA304T4",
      clock: clock("2026-01-25T23:00:10", status: 0),
      readings: [
        .activePowerImport: 87_600, .activePowerExport: 0, .reactivePowerImport: 1200, .reactivePowerExport: 0,
        .currentL1: 1210, .currentL2: 1195, .currentL3: 1232, .voltageL1: 230_200, .voltageL2: 231_000,
        .voltageL3: 229_800, .activeEnergyImport: 5_000_000_123, .activeEnergyExport: 0,
        .reactiveEnergyImport: 77_001, .reactiveEnergyExport: 9,
      ],
      registers: Registers(
        activeImport: 5_000_000_123, activeExport: 0, reactiveImport: 77_001, reactiveExport: 9, scale: 0)),
    instant: "2026-01-25T22:00:10Z")

  static let kaifaSweden = Fixture(
    "Kaifa Sweden, OBIS pairs",
    source: "protocol.md 5.6-B", layout: "Kaifa Sweden", admittedBy: .kaifaSE,
    frame: """
      7E A1 1D 01 00 01 10                                      ; flag, format (L = 285), destination, source, control
      B0 AE                                                     ; HCS
      E6 E7 00                                                  ; LLC
      0F 40 00 00 00 00                                         ; Data-Notification, no date-time
      02 24                                                     ; structure of 36
      09 06 01 00 00 02 81 FF 09 07 4B 46 4D 5F 30 30 31        ; list version KFM_001
      09 06 00 00 60 01 00 FF 09 10 37 33 34 30 31 35 37 30 30 30 30 30 30 30 31 36  ; meter id 7340157000000016
      09 06 00 00 60 01 07 FF 09 07 4D 41 33 30 34 48 34        ; meter type MA304H4
      09 06 01 00 01 07 00 FF 06 00 00 01 C7                    ; active power import 455
      09 06 01 00 02 07 00 FF 06 00 00 00 00                    ; active power export 0
      09 06 01 00 03 07 00 FF 06 00 00 00 00                    ; reactive power import 0
      09 06 01 00 04 07 00 FF 06 00 00 00 62                    ; reactive power export 98
      09 06 01 00 1F 07 00 FF 06 00 00 02 BE                    ; current L1 702
      09 06 01 00 33 07 00 FF 06 00 00 02 63                    ; current L2 611
      09 06 01 00 47 07 00 FF 06 00 00 02 80                    ; current L3 640
      09 06 01 00 20 07 00 FF 06 00 00 09 39                    ; voltage L1 2361
      09 06 01 00 34 07 00 FF 06 00 00 09 2D                    ; voltage L2 2349
      09 06 01 00 48 07 00 FF 06 00 00 09 35                    ; voltage L3 2357
      09 06 00 00 01 00 00 FF 09 0C 07 EA 06 0F 01 0F 08 0F FF FF C4 00  ; clock 2026-06-15 15:08:15
      09 06 01 00 01 08 00 FF 06 00 AB 41 30                    ; active energy import 11223344
      09 06 01 00 02 08 00 FF 06 00 00 00 00                    ; active energy export 0
      09 06 01 00 03 08 00 FF 06 00 00 D9 73                    ; reactive energy import 55667
      09 06 01 00 04 08 00 FF 06 00 0C 09 FE                    ; reactive energy export 788990
      16 5B  7E                                                 ; FCS, flag
      """,
    expected: Reading(
      kind: .se, maker: .kaifa,
      listVersion: "KFM_001", meterID: "7340157000000016", meterType: "MA304H4",
      clock: clock("2026-06-15T15:08:15", deviation: -60, status: 0),
      readings: [
        .activePowerImport: 455, .activePowerExport: 0, .reactivePowerImport: 0, .reactivePowerExport: 98,
        .currentL1: 702, .currentL2: 611, .currentL3: 640, .voltageL1: 236_100, .voltageL2: 234_900,
        .voltageL3: 235_700, .activeEnergyImport: 11_223_344, .activeEnergyExport: 0,
        .reactiveEnergyImport: 55_667, .reactiveEnergyExport: 788_990,
      ],
      registers: Registers(
        activeImport: 11_223_344, activeExport: 0, reactiveImport: 55_667, reactiveExport: 788_990, scale: 0)),
    instant: "2026-06-15T14:08:15Z")
}
