import Frames
import Metering

extension Fixture {
  // Aidon in Norway (`protocol.md` 5.3).

  static let aidonList1 = Fixture(
    "Aidon list 1",
    source: "protocol.md 5.3-A", layout: "Aidon", admittedBy: .aidon,
    frame: """
      7E A0 2A 41 08 83 13                                      ; flag, format (L = 42), destination, source, control
      04 13                                                     ; HCS
      E6 E7 00                                                  ; LLC
      0F 40 00 00 00 00                                         ; Data-Notification, no date-time
      01 01                                                     ; array of 1
      02 03 09 06 01 00 01 07 00 FF 06 00 00 04 D2 02 02 0F 00 16 1B  ; active power import 1234 W
      19 F2  7E                                                 ; FCS, flag
      """,
    expected: Reading(
      kind: .list1, maker: .aidon,
      readings: [.activePowerImport: 1234]))

  static let aidonList2OnePhase = Fixture(
    "Aidon list 2, 1-phase",
    source: "built; L of protocol.md 1.4", layout: "Aidon", admittedBy: .aidon,
    frame: """
      7E A0 D2 41 08 83 13                                      ; flag, format (L = 210), destination, source, control
      82 D6                                                     ; HCS
      E6 E7 00                                                  ; LLC
      0F 40 00 00 00 00                                         ; Data-Notification, no date-time
      01 09                                                     ; array of 9
      02 02 09 06 01 01 00 02 81 FF 0A 0B 41 49 44 4F 4E 5F 56 30 30 30 31  ; list version AIDON_V0001
      02 02 09 06 00 00 60 01 00 FF 0A 10 37 33 35 39 39 39 32 30 30 30 30 30 30 30 32 34  ; meter id 7359992000000024
      02 02 09 06 00 00 60 01 07 FF 0A 04 36 35 31 35           ; meter type 6515
      02 03 09 06 01 00 01 07 00 FF 06 00 00 0D 80 02 02 0F 00 16 1B  ; active power import 3456 W
      02 03 09 06 01 00 02 07 00 FF 06 00 00 00 00 02 02 0F 00 16 1B  ; active power export 0 W
      02 03 09 06 01 00 03 07 00 FF 06 00 00 00 00 02 02 0F 00 16 1D  ; reactive power import 0 var
      02 03 09 06 01 00 04 07 00 FF 06 00 00 00 76 02 02 0F 00 16 1D  ; reactive power export 118 var
      02 03 09 06 01 00 1F 07 00 FF 10 00 98 02 02 0F FF 16 21  ; current L1 152 × 10^-1 A
      02 03 09 06 01 00 20 07 00 FF 12 09 01 02 02 0F FF 16 23  ; voltage L1 2305 × 10^-1 V
      B6 23  7E                                                 ; FCS, flag
      """,
    expected: Reading(
      kind: .list2, maker: .aidon,
      listVersion: "AIDON_V0001", meterID: "7359992000000024", meterType: "6515",
      readings: [
        .activePowerImport: 3456, .activePowerExport: 0, .reactivePowerImport: 0, .reactivePowerExport: 118,
        .currentL1: 15_200, .voltageL1: 230_500,
      ]))

  static let aidonList2ThreeWire = Fixture(
    "Aidon list 2, 3-wire",
    source: "protocol.md 5.3-B", layout: "Aidon", admittedBy: .aidon,
    frame: """
      7E A1 0B 41 08 83 13                                      ; flag, format (L = 267), destination, source, control
      FA 7C                                                     ; HCS
      E6 E7 00                                                  ; LLC
      0F 40 00 00 00 00                                         ; Data-Notification, no date-time
      01 0C                                                     ; array of 12
      02 02 09 06 01 01 00 02 81 FF 0A 0B 41 49 44 4F 4E 5F 56 30 30 30 31  ; list version AIDON_V0001
      02 02 09 06 00 00 60 01 00 FF 0A 10 37 33 35 39 39 39 32 30 30 30 30 30 30 30 31 37  ; meter id 7359992000000017
      02 02 09 06 00 00 60 01 07 FF 0A 04 36 35 32 35           ; meter type 6525
      02 03 09 06 01 00 01 07 00 FF 06 00 00 09 06 02 02 0F 00 16 1B  ; active power import 2310 W
      02 03 09 06 01 00 02 07 00 FF 06 00 00 00 00 02 02 0F 00 16 1B  ; active power export 0 W
      02 03 09 06 01 00 03 07 00 FF 06 00 00 00 29 02 02 0F 00 16 1D  ; reactive power import 41 var
      02 03 09 06 01 00 04 07 00 FF 06 00 00 00 00 02 02 0F 00 16 1D  ; reactive power export 0 var
      02 03 09 06 01 00 1F 07 00 FF 10 FF E9 02 02 0F FF 16 21  ; current L1 -23 × 10^-1 A
      02 03 09 06 01 00 47 07 00 FF 10 00 5B 02 02 0F FF 16 21  ; current L3 91 × 10^-1 A
      02 03 09 06 01 00 20 07 00 FF 12 09 43 02 02 0F FF 16 23  ; voltage L1 2371 × 10^-1 V
      02 03 09 06 01 00 34 07 00 FF 12 09 54 02 02 0F FF 16 23  ; voltage L2 2388 × 10^-1 V
      02 03 09 06 01 00 48 07 00 FF 12 09 38 02 02 0F FF 16 23  ; voltage L3 2360 × 10^-1 V
      67 7D  7E                                                 ; FCS, flag
      """,
    expected: Reading(
      kind: .list2, maker: .aidon,
      listVersion: "AIDON_V0001", meterID: "7359992000000017", meterType: "6525",
      readings: [
        .activePowerImport: 2310, .activePowerExport: 0, .reactivePowerImport: 41, .reactivePowerExport: 0,
        .currentL1: -2300, .currentL3: 9100, .voltageL1: 237_100, .voltageL2: 238_800, .voltageL3: 236_000,
      ]))

  static let aidonList2FourWire = Fixture(
    "Aidon list 2, 4-wire, exporting",
    source: "built; HCS of protocol.md 2.2", layout: "Aidon", admittedBy: .aidon,
    frame: """
      7E A1 1E 41 08 83 13                                      ; flag, format (L = 286), destination, source, control
      EE EE                                                     ; HCS
      E6 E7 00                                                  ; LLC
      0F 40 00 00 00 00                                         ; Data-Notification, no date-time
      01 0D                                                     ; array of 13
      02 02 09 06 01 01 00 02 81 FF 0A 0B 41 49 44 4F 4E 5F 56 30 30 30 31  ; list version AIDON_V0001
      02 02 09 06 00 00 60 01 00 FF 0A 10 37 33 35 39 39 39 32 30 30 30 30 30 30 30 33 31  ; meter id 7359992000000031
      02 02 09 06 00 00 60 01 07 FF 0A 04 36 35 33 34           ; meter type 6534
      02 03 09 06 01 00 01 07 00 FF 06 00 00 00 00 02 02 0F 00 16 1B  ; active power import 0 W
      02 03 09 06 01 00 02 07 00 FF 06 00 00 0A BE 02 02 0F 00 16 1B  ; active power export 2750 W
      02 03 09 06 01 00 03 07 00 FF 06 00 00 00 40 02 02 0F 00 16 1D  ; reactive power import 64 var
      02 03 09 06 01 00 04 07 00 FF 06 00 00 00 00 02 02 0F 00 16 1D  ; reactive power export 0 var
      02 03 09 06 01 00 1F 07 00 FF 10 FF D7 02 02 0F FF 16 21  ; current L1 -41 × 10^-1 A
      02 03 09 06 01 00 33 07 00 FF 10 FF DA 02 02 0F FF 16 21  ; current L2 -38 × 10^-1 A
      02 03 09 06 01 00 47 07 00 FF 10 FF D4 02 02 0F FF 16 21  ; current L3 -44 × 10^-1 A
      02 03 09 06 01 00 20 07 00 FF 12 09 2F 02 02 0F FF 16 23  ; voltage L1 2351 × 10^-1 V
      02 03 09 06 01 00 34 07 00 FF 12 09 2C 02 02 0F FF 16 23  ; voltage L2 2348 × 10^-1 V
      02 03 09 06 01 00 48 07 00 FF 12 09 38 02 02 0F FF 16 23  ; voltage L3 2360 × 10^-1 V
      37 4B  7E                                                 ; FCS, flag
      """,
    expected: Reading(
      kind: .list2, maker: .aidon,
      listVersion: "AIDON_V0001", meterID: "7359992000000031", meterType: "6534",
      readings: [
        .activePowerImport: 0, .activePowerExport: 2750, .reactivePowerImport: 64, .reactivePowerExport: 0,
        .currentL1: -4100, .currentL2: -3800, .currentL3: -4400, .voltageL1: 235_100, .voltageL2: 234_800,
        .voltageL3: 236_000,
      ]))

  static let aidonList3ThreeWire = Fixture(
    "Aidon list 3, 3-wire, summer",
    source: "built; HCS of protocol.md 2.2", layout: "Aidon", admittedBy: .aidon,
    frame: """
      7E A1 77 41 08 83 13                                      ; flag, format (L = 375), destination, source, control
      39 1E                                                     ; HCS
      E6 E7 00                                                  ; LLC
      0F 40 00 00 00 00                                         ; Data-Notification, no date-time
      01 11                                                     ; array of 17
      02 02 09 06 01 01 00 02 81 FF 0A 0B 41 49 44 4F 4E 5F 56 30 30 30 31  ; list version AIDON_V0001
      02 02 09 06 00 00 60 01 00 FF 0A 10 37 33 35 39 39 39 32 30 30 30 30 30 30 30 31 37  ; meter id 7359992000000017
      02 02 09 06 00 00 60 01 07 FF 0A 04 36 35 32 35           ; meter type 6525
      02 03 09 06 01 00 01 07 00 FF 06 00 00 09 06 02 02 0F 00 16 1B  ; active power import 2310 W
      02 03 09 06 01 00 02 07 00 FF 06 00 00 00 00 02 02 0F 00 16 1B  ; active power export 0 W
      02 03 09 06 01 00 03 07 00 FF 06 00 00 00 29 02 02 0F 00 16 1D  ; reactive power import 41 var
      02 03 09 06 01 00 04 07 00 FF 06 00 00 00 00 02 02 0F 00 16 1D  ; reactive power export 0 var
      02 03 09 06 01 00 1F 07 00 FF 10 01 00 02 02 0F FF 16 21  ; current L1 256 × 10^-1 A
      02 03 09 06 01 00 47 07 00 FF 10 00 5B 02 02 0F FF 16 21  ; current L3 91 × 10^-1 A
      02 03 09 06 01 00 20 07 00 FF 12 09 43 02 02 0F FF 16 23  ; voltage L1 2371 × 10^-1 V
      02 03 09 06 01 00 34 07 00 FF 12 09 54 02 02 0F FF 16 23  ; voltage L2 2388 × 10^-1 V
      02 03 09 06 01 00 48 07 00 FF 12 09 38 02 02 0F FF 16 23  ; voltage L3 2360 × 10^-1 V
      02 02 09 06 00 00 01 00 00 FF 09 0C 07 EA 07 04 06 0E 00 00 FF 80 00 00  ; clock 2026-07-04 14:00:00
      02 03 09 06 01 00 01 08 00 FF 06 00 75 AE 59 02 02 0F 01 16 1E  ; active energy import 7712345 × 10^1 Wh
      02 03 09 06 01 00 02 08 00 FF 06 00 00 00 00 02 02 0F 01 16 1E  ; active energy export 0 × 10^1 Wh
      02 03 09 06 01 00 03 08 00 FF 06 00 01 60 62 02 02 0F 01 16 20  ; reactive energy import 90210 × 10^1 varh
      02 03 09 06 01 00 04 08 00 FF 06 00 00 00 37 02 02 0F 01 16 20  ; reactive energy export 55 × 10^1 varh
      13 6B  7E                                                 ; FCS, flag
      """,
    expected: Reading(
      kind: .list3, maker: .aidon,
      listVersion: "AIDON_V0001", meterID: "7359992000000017", meterType: "6525",
      clock: clock("2026-07-04T14:00:00", status: 0),
      readings: [
        .activePowerImport: 2310, .activePowerExport: 0, .reactivePowerImport: 41, .reactivePowerExport: 0,
        .currentL1: 25_600, .currentL3: 9100, .voltageL1: 237_100, .voltageL2: 238_800, .voltageL3: 236_000,
        .activeEnergyImport: 77_123_450, .activeEnergyExport: 0, .reactiveEnergyImport: 902_100,
        .reactiveEnergyExport: 550,
      ],
      registers: Registers(
        activeImport: 7_712_345, activeExport: 0, reactiveImport: 90_210, reactiveExport: 55, scale: 1)),
    instant: "2026-07-04T13:00:00Z")

  static let aidonList3FourWire = Fixture(
    "Aidon list 3, 4-wire",
    source: "protocol.md 5.3-C", layout: "Aidon", admittedBy: .aidon,
    frame: """
      7E A1 8A 41 08 83 13                                      ; flag, format (L = 394), destination, source, control
      EB FD                                                     ; HCS
      E6 E7 00                                                  ; LLC
      0F 40 00 00 00 00                                         ; Data-Notification, no date-time
      01 12                                                     ; array of 18
      02 02 09 06 01 01 00 02 81 FF 0A 0B 41 49 44 4F 4E 5F 56 30 30 30 31  ; list version AIDON_V0001
      02 02 09 06 00 00 60 01 00 FF 0A 10 37 33 35 39 39 39 32 30 30 30 30 30 30 30 31 37  ; meter id 7359992000000017
      02 02 09 06 00 00 60 01 07 FF 0A 04 36 35 33 34           ; meter type 6534
      02 03 09 06 01 00 01 07 00 FF 06 00 00 07 53 02 02 0F 00 16 1B  ; active power import 1875 W
      02 03 09 06 01 00 02 07 00 FF 06 00 00 00 00 02 02 0F 00 16 1B  ; active power export 0 W
      02 03 09 06 01 00 03 07 00 FF 06 00 00 00 00 02 02 0F 00 16 1D  ; reactive power import 0 var
      02 03 09 06 01 00 04 07 00 FF 06 00 00 01 38 02 02 0F 00 16 1D  ; reactive power export 312 var
      02 03 09 06 01 00 1F 07 00 FF 10 00 34 02 02 0F FF 16 21  ; current L1 52 × 10^-1 A
      02 03 09 06 01 00 33 07 00 FF 10 00 07 02 02 0F FF 16 21  ; current L2 7 × 10^-1 A
      02 03 09 06 01 00 47 07 00 FF 10 00 1D 02 02 0F FF 16 21  ; current L3 29 × 10^-1 A
      02 03 09 06 01 00 20 07 00 FF 12 09 1B 02 02 0F FF 16 23  ; voltage L1 2331 × 10^-1 V
      02 03 09 06 01 00 34 07 00 FF 12 09 24 02 02 0F FF 16 23  ; voltage L2 2340 × 10^-1 V
      02 03 09 06 01 00 48 07 00 FF 12 09 0E 02 02 0F FF 16 23  ; voltage L3 2318 × 10^-1 V
      02 02 09 06 00 00 01 00 00 FF 09 0C 07 EA 01 0F 04 0E 00 00 FF 00 00 00  ; clock 2026-01-15 14:00:00
      02 03 09 06 01 00 01 08 00 FF 06 00 74 CB B1 02 02 0F 01 16 1E  ; active energy import 7654321 × 10^1 Wh
      02 03 09 06 01 00 02 08 00 FF 06 00 00 30 39 02 02 0F 01 16 1E  ; active energy export 12345 × 10^1 Wh
      02 03 09 06 01 00 03 08 00 FF 06 00 00 03 22 02 02 0F 01 16 20  ; reactive energy import 802 × 10^1 varh
      02 03 09 06 01 00 04 08 00 FF 06 00 09 39 60 02 02 0F 01 16 20  ; reactive energy export 604512 × 10^1 varh
      D0 7A  7E                                                 ; FCS, flag
      """,
    expected: Reading(
      kind: .list3, maker: .aidon,
      listVersion: "AIDON_V0001", meterID: "7359992000000017", meterType: "6534",
      clock: clock("2026-01-15T14:00:00", deviation: 0, status: 0),
      readings: [
        .activePowerImport: 1875, .activePowerExport: 0, .reactivePowerImport: 0, .reactivePowerExport: 312,
        .currentL1: 5200, .currentL2: 700, .currentL3: 2900, .voltageL1: 233_100, .voltageL2: 234_000,
        .voltageL3: 231_800, .activeEnergyImport: 76_543_210, .activeEnergyExport: 123_450,
        .reactiveEnergyImport: 8020, .reactiveEnergyExport: 6_045_120,
      ],
      registers: Registers(
        activeImport: 7_654_321, activeExport: 12_345, reactiveImport: 802, reactiveExport: 604_512, scale: 1)),
    instant: "2026-01-15T13:00:00Z")
}
