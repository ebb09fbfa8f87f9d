import Frames
import Glibc
import Metering
import Simulator

/// Octets to readings on one core: a mixed stream of Norwegian lists.
struct DecodeBench {
  let reference: String?

  func run() throws {
    let (stream, frames) = try Self.mixedStream(frames: 100_000)
    let path = "/tmp/bench-\(getpid()).frames"
    if reference != nil { try Self.write(stream, to: path) }
    defer { unlink(path) }
    var sides: [(name: String, body: () throws -> Double?)] = []
    if let reference {
      sides.append(("reference decoder", { try Self.secondsOfReference(reference, path, frames: frames) }))
    }
    var allocated = 0.0
    sides.append(
      (
        "octets to lists",
        { () -> Double? in
          let (seconds, allocations) = try decodeStream(stream, messages: frames, adding: .activePowerImport)
          allocated = allocations
          return seconds
        }
      ))
    sides.append(("check sequences alone", { () -> Double? in Self.checkOnly(stream) }))
    var rounds = Rounds(5)
    try rounds.run(sides)
    rounds.report(
      "decode: \(frames) frames, \(stream.count / frames) octets each on average", units: Double(frames), of: "frames")
    print("  heap allocations for each frame, once warm: \(fixed(allocated, 2))")
  }

  /// The mix of a hundred frames: 25 Kamstrup 10 s lists, 25 Kaifa list 1, 20 Kaifa list 2, 25 Aidon list 2, 5 hourly ones.
  static func mixedStream(frames count: Int) throws -> (octets: [UInt8], frames: Int) {
    let kamstrup = try MeterModel.named("kamstrup-tn")
    let kaifa = try MeterModel.named("kaifa-tn")
    let aidon = try MeterModel.named("aidon-tn")
    var mix: [(MeterModel, PushList)] = []
    for place in 0..<20 {
      mix.append((kamstrup, .list2))
      mix.append((kaifa, .list1))
      mix.append((kaifa, .list2))
      mix.append((aidon, .list2))
      switch place % 4 {
      case 0: mix.append((kaifa, .list3))
      case 1: mix.append((kamstrup, .list2))
      case 2: mix.append((kaifa, .list1))
      default: mix.append((aidon, .list2))
      }
    }
    var octets: [UInt8] = []
    var random = SplitMix64(seed: 1)
    for index in 0..<count {
      let (model, list) = mix[index % mix.count]
      let clock = MeterClock(
        wall: CivilTime(secondsSince1970: 1_768_000_000 + Int64(index) * 2), deviation: nil, status: 0)
      octets += model.frame(list, readings: readings(&random), clock: clock)
    }
    return (octets, count)
  }

  private static func readings(_ random: inout SplitMix64) -> Readings {
    func upTo(_ bound: UInt64) -> Int64 { Int64(random.next() % bound) }
    return [
      .activePowerImport: upTo(15_000), .activePowerExport: 0, .reactivePowerImport: 0,
      .reactivePowerExport: upTo(2000), .currentL1: upTo(250) * 100, .currentL2: upTo(250) * 100,
      .currentL3: upTo(250) * 100, .voltageL1: (225 + upTo(15)) * 1000, .voltageL2: (225 + upTo(15)) * 1000,
      .voltageL3: (225 + upTo(15)) * 1000, .activeEnergyImport: upTo(100_000_000) * 10, .activeEnergyExport: 0,
      .reactiveEnergyImport: 0, .reactiveEnergyExport: upTo(1_000_000) * 10,
    ]
  }

  private static func checkOnly(_ stream: [UInt8]) -> Double {
    let start = now()
    var place = 0
    var right = 0
    while place + 3 < stream.count {
      let length = Int(UInt16(stream[place + 1]) << 8 | UInt16(stream[place + 2])) & 0x7FF
      let end = place + 1 + length
      if CRC16.x25.update(CRC16.x25.initial, with: stream.span, from: place + 1, to: end) == CRC16.x25Residue {
        right += 1
      }
      place = end + 1
    }
    precondition(right > 0)
    return now() - start
  }

  private static func write(_ octets: [UInt8], to path: String) throws {
    guard let file = fopen(path, "w") else { throw BenchFailure(text: "cannot write \(path)") }
    defer { fclose(file) }
    guard fwrite(octets, 1, octets.count, file) == octets.count else {
      throw BenchFailure(text: "cannot write \(path)")
    }
  }

  /// The reference prints `… 3999999 frames/s …`.
  private static func secondsOfReference(_ program: String, _ path: String, frames: Int) throws -> Double {
    guard let pipe = popen("\(program) \(path) 1", "r") else { throw BenchFailure(text: "cannot run \(program)") }
    defer { pclose(pipe) }
    var text = ""
    var buffer = [CChar](repeating: 0, count: 4096)
    while fgets(&buffer, Int32(buffer.count), pipe) != nil {
      text += String(decoding: buffer.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
    let words = text.split(whereSeparator: \.isWhitespace)
    guard let unit = words.firstIndex(of: "frames/s"), unit > 0, let rate = Double(words[unit - 1]) else {
      throw BenchFailure(text: "\(program) did not print a rate: \(text)")
    }
    return Double(frames) / rate
  }
}

struct BenchFailure: Error, CustomStringConvertible {
  let text: String
  var description: String { text }
}
