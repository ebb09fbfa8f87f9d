import Frames
import Metering

/// P1 telegrams to readings on one core, with CR LF and with line ends that something on the way normalised to LF.
struct TelegramBench {
  func run() throws {
    let wire = Self.stream(telegrams: 30_000, lineEnd: [0x0D, 0x0A])
    let normalised = Self.stream(telegrams: 30_000, lineEnd: [0x0A])
    let checksum = CRC16.arc.checksum(wire.span)
    var allocated = 0.0
    var rounds = Rounds(5)
    try rounds.run([
      (
        "octets to lists",
        { () -> Double? in
          let (seconds, allocations) = try decodeStream(wire, messages: 30_000, adding: .activeEnergyImport)
          allocated = allocations
          return seconds
        }
      ),
      (
        "the same with LF alone",
        { () -> Double? in try decodeStream(normalised, messages: 30_000, adding: .activeEnergyImport).seconds }
      ),
      ("check sequences alone", { () -> Double? in try Self.checkOnly(wire, expecting: checksum) }),
    ])
    rounds.report(
      "p1: 30 000 telegrams of \(wire.count / 30_000) octets", units: Double(wire.count) / 1e6, of: "MB")
    print("  heap allocations for each telegram, once warm: \(fixed(allocated, 2))")
  }

  /// 27 lines, of which the registers and the power change.
  static func stream(telegrams count: Int, lineEnd: [UInt8]) -> [UInt8] {
    let crlf: [UInt8] = [0x0D, 0x0A]
    var octets: [UInt8] = []
    for index in 0..<count {
      let lines = ["/TST5EXAMPLE-01", ""] + values(index) + ["!"]
      let sent = Array((lines.dropLast().joined(separator: "\r\n") + "\r\n!").utf8)
      let check = String(CRC16.arc.checksum(sent.span), radix: 16, uppercase: true)
      let end = Array((String(repeating: "0", count: 4 - check.count) + check).utf8) + lineEnd
      octets += (lineEnd == crlf ? sent : sent.filter { $0 != 0x0D }) + end
    }
    return octets
  }

  private static func values(_ index: Int) -> [String] {
    func padded(_ value: Int, _ width: Int) -> String {
      String(repeating: "0", count: max(0, width - String(value).count)) + String(value)
    }
    let power = padded(index % 9999, 4)
    let registers = ["1-0:1.8.0(\(padded(index, 8)).678*kWh)", "1-0:2.8.0(00000012.345*kWh)"]
    let reactive = ["1-0:3.8.0(00000751.002*kvarh)", "1-0:4.8.0(00001977.064*kvarh)"]
    let powers =
      ["1-0:1.7.0", "1-0:2.7.0", "1-0:21.7.0", "1-0:22.7.0", "1-0:41.7.0", "1-0:42.7.0", "1-0:61.7.0", "1-0:62.7.0"]
      .map { "\($0)(\(power.prefix(4)).769*kW)" }
    let vars =
      ["1-0:3.7.0", "1-0:4.7.0", "1-0:23.7.0", "1-0:24.7.0", "1-0:43.7.0", "1-0:44.7.0", "1-0:63.7.0", "1-0:64.7.0"]
      .map { "\($0)(0000.101*kvar)" }
    let voltages = ["1-0:32.7.0(234.4*V)", "1-0:52.7.0(233.3*V)", "1-0:72.7.0(235.1*V)"]
    let currents = ["1-0:31.7.0(004.4*A)", "1-0:51.7.0(001.8*A)", "1-0:71.7.0(001.6*A)"]
    return ["0-0:1.0.0(260115140010W)"] + registers + reactive + powers + vars + voltages + currents
  }

  private static func checkOnly(_ stream: [UInt8], expecting checksum: UInt16) throws -> Double {
    let start = now()
    guard CRC16.arc.checksum(stream.span) == checksum else { throw BenchFailure(text: "a checksum is another now") }
    return now() - start
  }
}
