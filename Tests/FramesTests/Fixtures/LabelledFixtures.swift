import Frames
import Metering

extension Fixture {
  // Code, value, scaler and unit in other forms than Aidon's: Austria, and what is of no known layout.

  static let austria = Fixture(
    "Austria, flat structure",
    source: "built after captured frames", layout: "Austria",
    frame: """
      7E A1 00 CF 02 23 13                                      ; flag, format (L = 256), destination, source, control
      BF 64                                                     ; HCS
      E6 E7 00                                                  ; LLC
      0F 80 00 00 11 0C 07 EA 01 0F 04 0E 00 2D 00 FF C4 02     ; Data-Notification, date-time 2026-01-15 14:00:45
      02 23                                                     ; structure of 35
      09 0C 07 EA 01 0F 04 0E 00 2D 00 FF C4 02                 ; clock 2026-01-15 14:00:45
      09 06 01 00 01 08 00 FF 06 00 46 31 3B 02 02 0F 00 16 1E  ; active energy import 4600123 × 10^0 Wh
      09 06 01 00 02 08 00 FF 06 00 4F 5A 48 02 02 0F 00 16 1E  ; active energy export 5200456 × 10^0 Wh
      09 06 01 00 01 07 00 FF 06 00 00 00 00 02 02 0F 00 16 1B  ; active power import 0 × 10^0 W
      09 06 01 00 02 07 00 FF 06 00 00 12 C0 02 02 0F 00 16 1B  ; active power export 4800 × 10^0 W
      09 06 01 00 20 07 00 FF 12 09 52 02 02 0F FF 16 23        ; voltage L1 2386 × 10^-1 V
      09 06 01 00 34 07 00 FF 12 09 43 02 02 0F FF 16 23        ; voltage L2 2371 × 10^-1 V
      09 06 01 00 48 07 00 FF 12 09 55 02 02 0F FF 16 23        ; voltage L3 2389 × 10^-1 V
      09 06 01 00 1F 07 00 FF 12 02 AA 02 02 0F FE 16 21        ; current L1 682 × 10^-2 A
      09 06 01 00 33 07 00 FF 12 02 9F 02 02 0F FE 16 21        ; current L2 671 × 10^-2 A
      09 06 01 00 47 07 00 FF 12 02 9D 02 02 0F FE 16 21        ; current L3 669 × 10^-2 A
      09 06 01 00 0D 07 00 FF 12 03 E5 02 02 0F FD 16 FF        ; power factor 997 × 10^-3
      09 0C 31 38 31 32 30 30 30 30 30 30 31 37                 ; meter id 181200000017
      1C F5  7E                                                 ; FCS, flag
      """,
    expected: Reading(
      kind: .at, maker: .other,
      meterID: "181200000017",
      clock: clock("2026-01-15T14:00:45", deviation: -60, status: 2),
      readings: [
        .activeEnergyImport: 4_600_123, .activeEnergyExport: 5_200_456, .activePowerImport: 0,
        .activePowerExport: 4800, .voltageL1: 238_600, .voltageL2: 237_100, .voltageL3: 238_900, .currentL1: 6820,
        .currentL2: 6710, .currentL3: 6690, .powerFactor: 997,
      ],
      registers: Registers(activeImport: 4_600_123, activeExport: 5_200_456, scale: 0)),
    instant: "2026-01-15T13:00:45Z")

  static let unknownLabelled = Fixture(
    "A body of no known layout, with codes and units",
    source: "built", layout: "an unknown layout",
    frame: """
      7E A0 D0 CF 02 23 13                                      ; flag, format (L = 208), destination, source, control
      A3 9F                                                     ; HCS
      E6 E7 00                                                  ; LLC
      0F 40 00 00 00 0C 07 EA 06 0F 01 0F 08 0F 00 FF 88 80     ; Data-Notification, date-time 2026-06-15 15:08:15
      02 09                                                     ; structure of 9
      09 06 00 00 01 00 00 FF 09 0C 07 EA 06 0F 01 0F 08 0F 00 FF 88 80  ; clock 2026-06-15 15:08:15
      02 02 09 06 00 00 60 01 00 FF 09 0E 31 4B 46 4D 30 32 30 30 30 30 30 30 31 37  ; meter id 1KFM0200000017
      02 02 09 06 00 00 2A 00 00 FF 09 10 4B 46 4D 31 32 30 30 32 30 30 30 30 30 30 31 37  ; device name KFM1200200000017
      02 03 09 06 01 00 20 07 00 FF 12 08 DC 02 02 0F FF 16 23  ; voltage L1 2268 × 10^-1 V
      02 03 09 06 01 00 1F 07 00 FF 12 04 CE 02 02 0F FE 16 21  ; current L1 1230 × 10^-2 A
      02 03 09 06 01 00 01 07 00 FF 06 00 00 0A E6 02 02 0F 00 16 1B  ; active power import 2790 × 10^0 W
      02 03 09 06 01 00 01 08 00 FF 06 00 04 46 3B 02 02 0F 00 16 1E  ; active energy import 280123 × 10^0 Wh
      02 04 09 06 01 00 03 08 00 FF 06 00 00 0F AF 0F 00 16 20  ; reactive energy import 4015 × 10^0 varh, scaler and unit by themselves
      02 72  7E                                                 ; FCS, flag
      """,
    expected: Reading(
      kind: .unknown, maker: .kaifa,
      meterID: "1KFM0200000017", deviceName: "KFM1200200000017",
      clock: clock("2026-06-15T15:08:15", deviation: -120, status: 128),
      readings: [
        .voltageL1: 226_800, .currentL1: 12_300, .activePowerImport: 2790, .activeEnergyImport: 280_123,
        .reactiveEnergyImport: 4015,
      ],
      registers: Registers(activeImport: 280_123, reactiveImport: 4015, scale: 0)),
    instant: "2026-06-15T13:08:15Z")
}
