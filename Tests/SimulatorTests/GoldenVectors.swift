import Metering
import TestSupport
import Testing

@testable import Simulator

/// A frame with its octets written out, and what it is made from. The numbers are invented.
struct GoldenVector: Sendable, CustomTestStringConvertible {
  let testDescription: String
  let model: MeterModel
  let list: PushList
  let readings: Readings
  let clock: MeterClock
  let octets: String
}

private func model(
  _ maker: Maker, _ wiring: Wiring, id: String, type: String, version: String, _ quirks: MeterModel.Quirks = []
) -> MeterModel {
  MeterModel(
    name: "vector", identity: MeterIdentity(id: id, maker: maker, type: type, listVersion: version), wiring: wiring,
    quirks: quirks)
}

/// A clock with status 0 and, unless given, no deviation.
func meterClock(_ wall: String, deviation: Int? = nil) -> MeterClock {
  let date = CivilDate(daysSince1970: 0)
  return MeterClock(wall: CivilTime(iso8601: wall) ?? CivilTime(date: date), deviation: deviation, status: 0)
}

private let aidonIT = model(.aidon, .threeWire, id: "7359992000000017", type: "6525", version: "AIDON_V0001")
private let aidonTN = model(.aidon, .fourWire, id: "7359992000000017", type: "6534", version: "AIDON_V0001")
private let kaifa1P = model(.kaifa, .onePhase, id: "6970631400000026", type: "MA105H2E", version: "KFM_001")
private let kaifaTN = model(.kaifa, .fourWire, id: "6970631400000018", type: "MA304H4", version: "KFM_001")
private let kamstrupTN = model(
  .kamstrup, .fourWire, id: "5706567000000027", type: "6841131BN243101040", version: "Kamstrup_V0001")
private let kamstrup1P = model(
  .kamstrup, .onePhase, id: "5706567000000019", type: "6861111BN242101040", version: "Kamstrup_V0001", .nullPairs)

extension GoldenVector {
  static let all: [GoldenVector] = [
    GoldenVector(
      testDescription: "Aidon list 1", model: aidonIT, list: .list1, readings: [.activePowerImport: 1234],
      clock: meterClock("2026-01-15T14:00:00"),
      octets: """
        7E A0 2A 41 08 83 13                                            ; flag, format A02A (L=42), dst, src, control
        04 13  E6 E7 00                                                 ; HCS, LLC
        0F 40 00 00 00 00                                               ; Data-Notification, no date-time
        01 01                                                           ; array[1]
        02 03 09 06 01 00 01 07 00 FF 06 00 00 04 D2 02 02 0F 00 16 1B  ; P+ 1234 W
        19 F2  7E                                                       ; FCS, flag
        """),
    GoldenVector(
      testDescription: "Aidon list 2, 3-wire", model: aidonIT, list: .list2,
      readings: [
        .activePowerImport: 2310, .activePowerExport: 0, .reactivePowerImport: 41, .reactivePowerExport: 0,
        .currentL1: -2300, .currentL3: 9100, .voltageL1: 237_100, .voltageL2: 238_800, .voltageL3: 236_000,
      ],
      clock: meterClock("2026-01-15T14:00:00"),
      octets: """
        7E A1 0B 41 08 83 13 FA 7C E6 E7 00 0F 40 00 00 00 00 01 0C 02 02 09 06 01 01 00 02 81 FF 0A 0B 41 49 44 4F
        4E 5F 56 30 30 30 31 02 02 09 06 00 00 60 01 00 FF 0A 10 37 33 35 39 39 39 32 30 30 30 30 30 30 30 31 37 02
        02 09 06 00 00 60 01 07 FF 0A 04 36 35 32 35 02 03 09 06 01 00 01 07 00 FF 06 00 00 09 06 02 02 0F 00 16 1B
        02 03 09 06 01 00 02 07 00 FF 06 00 00 00 00 02 02 0F 00 16 1B 02 03 09 06 01 00 03 07 00 FF 06 00 00 00 29
        02 02 0F 00 16 1D 02 03 09 06 01 00 04 07 00 FF 06 00 00 00 00 02 02 0F 00 16 1D 02 03 09 06 01 00 1F 07 00
        FF 10 FF E9 02 02 0F FF 16 21 02 03 09 06 01 00 47 07 00 FF 10 00 5B 02 02 0F FF 16 21 02 03 09 06 01 00 20
        07 00 FF 12 09 43 02 02 0F FF 16 23 02 03 09 06 01 00 34 07 00 FF 12 09 54 02 02 0F FF 16 23 02 03 09 06 01
        00 48 07 00 FF 12 09 38 02 02 0F FF 16 23 67 7D 7E
        """),
    GoldenVector(
      testDescription: "Aidon list 3, 4-wire", model: aidonTN, list: .list3,
      readings: [
        .activePowerImport: 1875, .reactivePowerExport: 312, .currentL1: 5200, .currentL2: 700, .currentL3: 2900,
        .voltageL1: 233_100, .voltageL2: 234_000, .voltageL3: 231_800, .activeEnergyImport: 76_543_210,
        .activeEnergyExport: 123_450, .reactiveEnergyImport: 8_020, .reactiveEnergyExport: 6_045_120,
      ],
      clock: meterClock("2026-01-15T14:00:00", deviation: 0),
      octets: """
        7E A1 8A 41 08 83 13                                            ; flag, format A18A (L=394), dst, src, control
        EB FD  E6 E7 00                                                 ; HCS, LLC
        0F 40 00 00 00 00                                               ; Data-Notification, no date-time
        01 12                                                           ; array[18]
        02 02 09 06 01 01 00 02 81 FF 0A 0B 41 49 44 4F 4E 5F 56 30 30 30 31  ; list version
        02 02 09 06 00 00 60 01 00 FF 0A 10 37 33 35 39 39 39 32 30 30 30 30 30 30 30 31 37  ; meter id
        02 02 09 06 00 00 60 01 07 FF 0A 04 36 35 33 34                 ; type 6534
        02 03 09 06 01 00 01 07 00 FF 06 00 00 07 53 02 02 0F 00 16 1B  ; P+ 1875 W
        02 03 09 06 01 00 02 07 00 FF 06 00 00 00 00 02 02 0F 00 16 1B  ; P- 0
        02 03 09 06 01 00 03 07 00 FF 06 00 00 00 00 02 02 0F 00 16 1D  ; Q+ 0
        02 03 09 06 01 00 04 07 00 FF 06 00 00 01 38 02 02 0F 00 16 1D  ; Q- 312 var
        02 03 09 06 01 00 1F 07 00 FF 10 00 34 02 02 0F FF 16 21        ; I1 5.2 A
        02 03 09 06 01 00 33 07 00 FF 10 00 07 02 02 0F FF 16 21        ; I2 0.7 A
        02 03 09 06 01 00 47 07 00 FF 10 00 1D 02 02 0F FF 16 21        ; I3 2.9 A
        02 03 09 06 01 00 20 07 00 FF 12 09 1B 02 02 0F FF 16 23        ; U1 233.1 V
        02 03 09 06 01 00 34 07 00 FF 12 09 24 02 02 0F FF 16 23        ; U2 234.0 V
        02 03 09 06 01 00 48 07 00 FF 12 09 0E 02 02 0F FF 16 23        ; U3 231.8 V
        02 02 09 06 00 00 01 00 00 FF 09 0C 07 EA 01 0F 04 0E 00 00 FF 00 00 00  ; 2026-01-15 14:00:00
        02 03 09 06 01 00 01 08 00 FF 06 00 74 CB B1 02 02 0F 01 16 1E  ; A+ 76543.21 kWh
        02 03 09 06 01 00 02 08 00 FF 06 00 00 30 39 02 02 0F 01 16 1E  ; A- 123.45 kWh
        02 03 09 06 01 00 03 08 00 FF 06 00 00 03 22 02 02 0F 01 16 20  ; R+ 8.02 kvarh
        02 03 09 06 01 00 04 08 00 FF 06 00 09 39 60 02 02 0F 01 16 20  ; R- 6045.12 kvarh
        D0 7A  7E                                                       ; FCS, flag
        """),
    GoldenVector(
      testDescription: "Kaifa list 1", model: kaifaTN, list: .list1, readings: [.activePowerImport: 1503],
      clock: meterClock("2026-07-02T18:59:58"),
      octets: """
        7E A0 27 01 02 01 10                                      ; flag, format A027 (L=39), dst, src, control
        5A 87  E6 E7 00                                           ; HCS, LLC
        0F 40 00 00 00 09 0C 07 EA 07 02 04 12 3B 3A FF 80 00 00  ; APDU, date-time with the extra 09 tag
        02 01                                                     ; structure[1]
        06 00 00 05 DF                                            ; P+ 1503 W
        31 40  7E                                                 ; FCS, flag
        """),
    GoldenVector(
      testDescription: "Kaifa list 1 with a flag octet in its power", model: kaifaTN, list: .list1,
      readings: [.activePowerImport: 5502], clock: meterClock("2026-07-02T18:59:56"),
      octets: """
        7E A0 27 01 02 01 10 5A 87 E6 E7 00 0F 40 00 00 00 09 0C 07 EA 07 02 04 12 3B 38 FF 80 00 00 02 01 06 00 00
        15 7E 98 63 7E
        """),
    GoldenVector(
      testDescription: "Kaifa list 2, 1-phase", model: kaifa1P, list: .list2,
      readings: [.activePowerImport: 1015, .reactivePowerExport: 64, .currentL1: 4470, .voltageL1: 231_500],
      clock: meterClock("2026-07-02T18:59:50"),
      octets: """
        7E A0 65 01 02 01 10 F0 50 E6 E7 00 0F 40 00 00 00 09 0C 07 EA 07 02 04 12 3B 32 FF 80 00 00 02 09 09 07 4B
        46 4D 5F 30 30 31 09 10 36 39 37 30 36 33 31 34 30 30 30 30 30 30 32 36 09 08 4D 41 31 30 35 48 32 45 06 00
        00 03 F7 06 00 00 00 00 06 00 00 00 00 06 00 00 00 40 06 00 00 11 76 06 00 00 09 0B 9E D2 7E
        """),
    GoldenVector(
      testDescription: "Kaifa list 3, 4-wire", model: kaifaTN, list: .list3,
      readings: [
        .activePowerImport: 4210, .reactivePowerExport: 388, .currentL1: 16_204, .currentL2: 1_107, .currentL3: 2_035,
        .voltageL1: 234_200, .voltageL2: 236_100, .voltageL3: 235_000, .activeEnergyImport: 31_415_926,
        .activeEnergyExport: 0, .reactiveEnergyImport: 2_718_281, .reactiveEnergyExport: 141_421,
      ],
      clock: meterClock("2026-07-02T19:00:10"),
      octets: """
        7E A0 9A 01 02 01 10                                         ; flag, format A09A (L=154), dst, src, control
        AA A5  E6 E7 00                                              ; HCS, LLC
        0F 40 00 00 00 09 0C 07 EA 07 02 04 13 00 0A FF 80 00 00     ; APDU, date-time with the extra 09 tag
        02 12                                                        ; structure[18]
        09 07 4B 46 4D 5F 30 30 31                                   ; list version
        09 10 36 39 37 30 36 33 31 34 30 30 30 30 30 30 31 38        ; meter id
        09 07 4D 41 33 30 34 48 34                                   ; type
        06 00 00 10 72 06 00 00 00 00 06 00 00 00 00 06 00 00 01 84  ; P+ 4210, P- 0, Q+ 0, Q- 388
        06 00 00 3F 4C 06 00 00 04 53 06 00 00 07 F3                 ; I 16.204, 1.107, 2.035 A
        06 00 00 09 26 06 00 00 09 39 06 00 00 09 2E                 ; U 234.2, 236.1, 235.0 V
        09 0C 07 EA 07 02 04 13 00 0A FF 80 00 00                    ; clock 2026-07-02 19:00:10
        06 01 DF 5E 76                                               ; A+ 31415.926 kWh
        06 00 00 00 00                                               ; A- 0
        06 00 29 7A 49                                               ; R+ 2718.281 kvarh
        06 00 02 28 6D                                               ; R- 141.421 kvarh
        A4 08  7E                                                    ; FCS, flag
        """),
    GoldenVector(
      testDescription: "Kamstrup 10 s list, 4-wire", model: kamstrupTN, list: .list2,
      readings: [
        .activePowerImport: 1600, .reactivePowerExport: 377, .currentL1: 1700, .currentL2: 2050, .currentL3: 3880,
        .voltageL1: 233_000, .voltageL2: 234_000, .voltageL3: 236_000,
      ],
      clock: meterClock("2026-02-05T13:00:30"),
      octets: """
        7E A0 E2 2B 21 13 23 9A E6 E7 00 0F 00 00 00 00 0C 07 EA 02 05 04 0D 00 1E FF 80 00 00 02 19 0A 0E 4B 61 6D
        73 74 72 75 70 5F 56 30 30 30 31 09 06 01 01 00 00 05 FF 0A 10 35 37 30 36 35 36 37 30 30 30 30 30 30 30 32
        37 09 06 01 01 60 01 01 FF 0A 12 36 38 34 31 31 33 31 42 4E 32 34 33 31 30 31 30 34 30 09 06 01 01 01 07 00
        FF 06 00 00 06 40 09 06 01 01 02 07 00 FF 06 00 00 00 00 09 06 01 01 03 07 00 FF 06 00 00 00 00 09 06 01 01
        04 07 00 FF 06 00 00 01 79 09 06 01 01 1F 07 00 FF 06 00 00 00 AA 09 06 01 01 33 07 00 FF 06 00 00 00 CD 09
        06 01 01 47 07 00 FF 06 00 00 01 84 09 06 01 01 20 07 00 FF 12 00 E9 09 06 01 01 34 07 00 FF 12 00 EA 09 06
        01 01 48 07 00 FF 12 00 EC 3A 94 7E
        """),
    GoldenVector(
      testDescription: "Kamstrup hourly list, 1-phase with null pairs", model: kamstrup1P, list: .list3,
      readings: [
        .activePowerImport: 702, .reactivePowerImport: 91, .currentL1: 3180, .voltageL1: 227_000,
        .activeEnergyImport: 9_876_540, .reactiveEnergyImport: 203_040, .reactiveEnergyExport: 1_516_170,
      ],
      clock: meterClock("2026-02-05T13:00:25"),
      octets: """
        7E A1 04 2B 21 13                                               ; flag, format A104 (L=260), dst, src, control
        77 6E  E6 E7 00                                                 ; HCS, LLC
        0F 00 00 00 00 0C 07 EA 02 05 04 0D 00 19 FF 80 00 00           ; APDU, date-time: length 0C + 12 octets
        02 23                                                           ; structure[35]
        0A 0E 4B 61 6D 73 74 72 75 70 5F 56 30 30 30 31                 ; list version, no OBIS before it
        09 06 01 01 00 00 05 FF 0A 10 35 37 30 36 35 36 37 30 30 30 30 30 30 30 31 39  ; meter id
        09 06 01 01 60 01 01 FF 0A 12 36 38 36 31 31 31 31 42 4E 32 34 32 31 30 31 30 34 30  ; type
        09 06 01 01 01 07 00 FF 06 00 00 02 BE                          ; P+ 702 W
        09 06 01 01 02 07 00 FF 06 00 00 00 00                          ; P- 0
        09 06 01 01 03 07 00 FF 06 00 00 00 5B                          ; Q+ 91 var
        09 06 01 01 04 07 00 FF 06 00 00 00 00                          ; Q- 0
        09 06 01 01 1F 07 00 FF 06 00 00 01 3E 00 00 00 00              ; I1 3.18 A, nulls for I2, I3
        09 06 01 01 20 07 00 FF 12 00 E3 00 00 00 00                    ; U1 227 V, nulls for U2, U3
        09 06 00 01 01 00 00 FF 09 0C 07 EA 02 05 04 0D 00 19 FF 80 00 00  ; 2026-02-05 13:00:25
        09 06 01 01 01 08 00 FF 06 00 0F 12 06                          ; A+ 9876.54 kWh at 10 Wh
        09 06 01 01 02 08 00 FF 06 00 00 00 00
        09 06 01 01 03 08 00 FF 06 00 00 4F 50                          ; R+ 203.04 kvarh
        09 06 01 01 04 08 00 FF 06 00 02 50 41                          ; R- 1516.17 kvarh
        24 F9  7E                                                       ; FCS, flag
        """),
  ]
}
