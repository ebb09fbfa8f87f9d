import Glibc
import Metering
import TestSupport
import Testing

@testable import Simulator

/// Reads what is there, without waiting for more than a second.
private func readAll(_ descriptor: Int32, count: Int) -> [UInt8] {
  var octets: [UInt8] = []
  var piece = [UInt8](repeating: 0, count: 4096)
  while octets.count < count, waitFor(POLLIN, at: descriptor, milliseconds: 1000) {
    let read = Glibc.read(descriptor, &piece, piece.count)
    guard read > 0 else { break }
    octets += piece[..<read]
  }
  return octets
}

@Suite("A meter plays live")
struct LiveTests {
  private func meter(minutes: Int64 = 1) throws -> SimulatedMeter {
    let start = instant("2026-01-15T12:59:30Z")
    return SimulatedMeter(
      model: try MeterModel.named("kamstrup-tn"), seed: 7, from: start, to: start + .minutes(minutes))
  }

  private func play(on output: some LiveOutput) throws -> [UInt8] {
    Player.play(try meter(), seed: 7, speed: 1_000_000, to: output) { false }
    return try meter().flatMap(\.octets)
  }

  @Test(
    "On a pseudo-terminal every octet comes through as it is",
    .enabled(if: Machine.hasPseudoTerminals, "\(Machine.noPseudoTerminals)"))
  func pseudoTerminal() throws {
    try withScratchFolder { folder in
      let link = folder + "/meter"
      do {
        let output = try PseudoTerminal(link: link)
        #expect(output.address.hasPrefix("/dev/"))
        let reader = open(link, O_RDONLY | O_NOCTTY)
        try #require(reader >= 0)
        defer { close(reader) }
        let expected = try play(on: output)
        #expect(expected.contains(0x0A) && expected.contains(0x13))
        #expect(readAll(reader, count: expected.count) == expected)
      }
      var status = stat()
      #expect(lstat(link, &status) != 0, "the link goes with the port")
    }
  }

  @Test(
    "A link takes the place of an older link, but of nothing else",
    .enabled(if: Machine.hasPseudoTerminals, "\(Machine.noPseudoTerminals)"))
  func links() throws {
    try withScratchFolder { folder in
      let link = folder + "/meter"
      symlink("/nowhere", link)
      let output = try PseudoTerminal(link: link)
      #expect(output.address.isEmpty == false)
      #expect(throws: SimulatorError.cannotLink(path: folder, reason: "File exists")) {
        try PseudoTerminal(link: folder)
      }
    }
  }

  @Test("A TCP port serves one client after another, and outlives one that leaves")
  func tcp() throws {
    let output = try TCPServer(port: 0)
    let port = try #require(UInt16(output.address.split(separator: ":").last ?? ""))
    for _ in 0..<2 {
      let client = try #require(connect(to: port))
      output.waitForReader { false }
      let expected = try play(on: output)
      #expect(readAll(client, count: expected.count) == expected)
      close(client)
      output.send([0x7E])
      output.send([0x7E])
    }
    _ = try play(on: output)
  }

  @Test("A port that is taken is named")
  func taken() throws {
    let output = try TCPServer(port: 0)
    let port = try #require(UInt16(output.address.split(separator: ":").last ?? ""))
    #expect(throws: SimulatorError.cannotListen(address: output.address, reason: "Address already in use")) {
      try TCPServer(port: port)
    }
    #expect(throws: SimulatorError.self) { try TCPServer(host: "meter.example", port: 0) }
  }

  @Test("Stopping ends the play", .enabled(if: Machine.hasPseudoTerminals, "\(Machine.noPseudoTerminals)"))
  func stop() throws {
    let output = try PseudoTerminal()
    Player.play(try meter(minutes: 100_000), seed: 7, speed: 1, to: output) { true }
  }

  private func connect(to port: UInt16) -> Int32? {
    let client = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var name = sockaddr_in()
    name.sin_family = sa_family_t(AF_INET)
    name.sin_port = port.bigEndian
    inet_pton(AF_INET, "127.0.0.1", &name.sin_addr)
    let result = withUnsafePointer(to: &name) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        Glibc.connect(client, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    return result == 0 ? client : nil
  }
}
