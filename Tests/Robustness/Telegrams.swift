import Metering
import Simulator

/// P1 telegrams of a Swedish meter, every 10 s.
enum Telegrams {
  static func messages(count: Int, seed: UInt64) -> [Sent] {
    var random = SplitMix64(seed: seed, purpose: 11)
    var energy: Int64 = 12_345_678
    return (0..<count).map { index in
      let time = Sender.start + .seconds(10 * Int64(index))
      let wall = CivilTime(secondsSince1970: time.seconds + 3600)
      var readings = Readings()
      readings[.activePowerImport] = random.next(in: 0...12_000)
      readings[.activePowerExport] = 0
      readings[.voltageL1] = random.next(in: 2250...2390) * 100
      readings[.voltageL2] = random.next(in: 2250...2390) * 100
      readings[.voltageL3] = random.next(in: 2250...2390) * 100
      readings[.currentL1] = random.next(in: 0...190) * 100
      readings[.currentL2] = random.next(in: 0...190) * 100
      readings[.currentL3] = random.next(in: 0...190) * 100
      energy += random.next(in: 0...30)
      readings[.activeEnergyImport] = energy
      readings[.activeEnergyExport] = 12_345
      let text = lines(readings, wall)
      let octets = checked(Array(("/TST5EXAMPLE-01\r\n\r\n" + text.joined(separator: "\r\n") + "\r\n!").utf8))
      let truth = Truth(readings: readings, clock: MeterClock(wall: wall), meter: ShortText())
      return Sent(octets: octets + [0x0D, 0x0A], truth: truth, time: time)
    }
  }

  private static func lines(_ readings: Readings, _ wall: CivilTime) -> [String] {
    func number(_ quantity: Quantity, _ digits: Int, _ decimals: Int, _ unit: String, step: Int64 = 1) -> String {
      let text = String((readings[quantity] ?? 0) / step)
      let padded = String(repeating: "0", count: max(0, digits + decimals - text.count)) + text
      return "(\(padded.dropLast(decimals)).\(padded.suffix(decimals))*\(unit))"
    }
    func two(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
    let date = wall.date
    return [
      "0-0:1.0.0(\(two(date.year % 100))\(two(date.month))\(two(date.day))\(two(wall.hour))\(two(wall.minute))\(two(wall.second))W)",
      "1-0:1.8.0" + number(.activeEnergyImport, 8, 3, "kWh"), "1-0:2.8.0" + number(.activeEnergyExport, 8, 3, "kWh"),
      "1-0:1.7.0" + number(.activePowerImport, 4, 3, "kW"), "1-0:2.7.0" + number(.activePowerExport, 4, 3, "kW"),
      "1-0:32.7.0" + number(.voltageL1, 3, 1, "V", step: 100), "1-0:52.7.0" + number(.voltageL2, 3, 1, "V", step: 100),
      "1-0:72.7.0" + number(.voltageL3, 3, 1, "V", step: 100), "1-0:31.7.0" + number(.currentL1, 3, 1, "A", step: 100),
      "1-0:51.7.0" + number(.currentL2, 3, 1, "A", step: 100), "1-0:71.7.0" + number(.currentL3, 3, 1, "A", step: 100),
    ]
  }

  /// With the digits of CRC-16/ARC behind it.
  static func checked(_ octets: [UInt8]) -> [UInt8] {
    var crc: UInt16 = 0
    for octet in octets {
      crc ^= UInt16(octet)
      for _ in 0..<8 { crc = crc & 1 == 1 ? crc >> 1 ^ 0xA001 : crc >> 1 }
    }
    let digits = String(crc, radix: 16, uppercase: true)
    return octets + Array((String(repeating: "0", count: 4 - digits.count) + digits).utf8)
  }
}
