import ArgumentParser
import Foundation
import Frames
import Glibc
import TestSupport
import Testing

@testable import Logger

private let ek = "000102030405060708090A0B0C0D0E0F"
private let ak = "D0D1D2D3D4D5D6D7D8D9DADBDCDDDEDF"

/// Makes a key file, hands out its path.
private func withKeyFile<Result>(
  _ text: String, mode: mode_t = 0o600, _ body: (String) throws -> Result
) throws -> Result {
  try withScratchFolder { folder in
    let path = folder + "/ams.keys"
    try Data(text.utf8).write(to: URL(filePath: path))
    #expect(chmod(path, mode) == 0)
    return try body(path)
  }
}

@Suite struct `Key file` {
  private func keys() throws -> MeterKeys { MeterKeys(encryption: try key(ek), authentication: try key(ak)) }

  private func key(_ digits: String) throws -> Key128 { try #require(Key128(octets(digits))) }

  private func ring(_ text: String) throws -> KeyRing { try KeyFile.parse(Array(text.utf8), "ams.keys") }

  private func refusal(_ text: String) -> String {
    #expect(throws: KeyFileError.self) { try ring(text) }?.description ?? ""
  }

  @Test(arguments: [
    "encryption_key = \(ek)\nauthentication_key = \(ak)\n",
    "authentication_key=\(ak.lowercased())\nencryption_key=\(ek.lowercased())",
    "# of 2026\r\n\r\n  encryption_key\t= 00 01 02 03 04 05 06 07 08 09 0A 0B 0C 0D 0E 0F # EK\r\nauthentication_key = D0D1D2D3-D4D5D6D7-D8D9DADB-DCDDDEDF\r\n",
  ])
  func `keys for all meters`(text: String) throws {
    #expect(try ring(text) == KeyRing(common: keys()))
  }

  @Test func `keys of several meters, and of all others`() throws {
    let text = """
      encryption_key = \(ek)
      system_title = 4B414D4501234567
      encryption_key = \(ak)
      authentication_key = \(ek)
      system_title = 4C 47 5A 67 72 A9 A1 11
      encryption_key = \(ek)
      """
    let ring = try ring(text)
    #expect(try ring.common == MeterKeys(encryption: key(ek)))
    #expect(
      try ring.meters == [
        SystemTitle(0x4B41_4D45_0123_4567): MeterKeys(encryption: key(ak), authentication: key(ek)),
        SystemTitle(0x4C47_5A67_72A9_A111): MeterKeys(encryption: key(ek)),
      ])
  }

  @Test(arguments: [
    ("", "key file ams.keys: holds no key; write a line: encryption_key = 32 hex digits"),
    ("# nothing\n\n", "key file ams.keys: holds no key; write a line: encryption_key = 32 hex digits"),
    (
      "authentication_key = \(ak)",
      "key file ams.keys, line 1: encryption_key is missing here; write a line: encryption_key = 32 hex digits"
    ),
    (
      "encryption_key = \(ek)\nsystem_title = 4B414D4501234567\n",
      "key file ams.keys, line 2: encryption_key is missing here; write a line: encryption_key = 32 hex digits"
    ),
    ("\nencryption_key = \(ek)0", "key file ams.keys, line 2: encryption_key must be 32 hex digits"),
    ("encryption_key = \(ek)00", "key file ams.keys, line 1: encryption_key must be 32 hex digits"),
    ("encryption_key = \(ek.dropLast())G", "key file ams.keys, line 1: encryption_key must be 32 hex digits"),
    ("encryption_key =", "key file ams.keys, line 1: encryption_key must be 32 hex digits"),
    (
      "encryption_key = \(ek)\nauthentication_key = \(ak.dropLast(2))",
      "key file ams.keys, line 2: authentication_key must be 32 hex digits"
    ),
    ("system_title = \(ek)", "key file ams.keys, line 1: system_title must be 16 hex digits"),
    (
      "encryption_key = \(ek)\nencryption_key = \(ak)",
      "key file ams.keys, line 2: encryption_key stands there twice for one meter; begin another with system_title"
    ),
    (
      "system_title = 4B414D4501234567\nencryption_key = \(ek)\nsystem_title = 4b414d4501234567\nencryption_key = \(ek)",
      "key file ams.keys, line 3: this system_title stands there twice"
    ),
    (
      "encryption_key \(ek)",
      "key file ams.keys, line 1: expected encryption_key, authentication_key or system_title, then = and hex digits"
    ),
    (
      "\(ek) = \(ak)",
      "key file ams.keys, line 1: expected encryption_key, authentication_key or system_title, then = and hex digits"
    ),
    (
      ek,
      "key file ams.keys, line 1: expected encryption_key, authentication_key or system_title, then = and hex digits"
    ),
  ])
  func `what is wrong is told by its line, and never quoted`(text: String, expected: String) {
    let refusal = refusal(text)
    #expect(refusal == expected)
    #expect(!mentionsKey(refusal))
  }

  @Test(arguments: [0o600, 0o400, 0o200, 0o000] as [mode_t])
  func `a file that only its owner may read is read`(mode: mode_t) throws {
    try withKeyFile("encryption_key = \(ek)\n", mode: mode) { path in
      // Root reads what has no mode at all; another user is told by the system.
      if mode & 0o400 == 0, geteuid() != 0 { return }
      let expected = KeyRing(common: MeterKeys(encryption: try key(ek)))
      #expect(try KeyFile.read(path) == expected)
    }
  }

  @Test(arguments: [0o644, 0o640, 0o660, 0o604, 0o606, 0o610, 0o601, 0o620, 0o602, 0o700, 0o777, 0o4600] as [mode_t])
  func `a file that others may touch is refused with advice`(mode: mode_t) throws {
    try withKeyFile("encryption_key = \(ek)\n", mode: mode) { path in
      let error = #expect(throws: KeyFileError.self) { try KeyFile.read(path) }
      #expect(
        error?.description
          == "key file \(path): has mode 0\(String(mode, radix: 8)), and keys are for their owner alone; run: chmod 600 \(path)"
      )
    }
  }

  @Test(.enabled(if: geteuid() == 0, "only root can give a file away"))
  func `a file of another user is refused`() throws {
    try withKeyFile("encryption_key = \(ek)\n") { path in
      #expect(chown(path, 12_345, 0) == 0)
      let error = #expect(throws: KeyFileError.self) { try KeyFile.read(path) }
      #expect(error?.description.contains("belongs to user 12345") == true)
      #expect(error?.description.hasSuffix("chown \(geteuid()) \(path)") == true)
    }
  }

  @Test func `what is no file, or too long for one, is refused`() throws {
    try withScratchFolder { folder in
      let missing = #expect(throws: KeyFileError.self) { try KeyFile.read(folder + "/none") }
      #expect(missing?.description == "key file \(folder)/none: cannot be opened: no such file or directory")
      let directory = #expect(throws: KeyFileError.self) { try KeyFile.read(folder) }
      #expect(directory?.description == "key file \(folder): is no regular file")
      #expect(mkfifo(folder + "/fifo", 0o600) == 0)
      let fifo = #expect(throws: KeyFileError.self) { try KeyFile.read(folder + "/fifo") }
      #expect(fifo?.description == "key file \(folder)/fifo: is no regular file")
    }
    try withKeyFile(String(repeating: "#\n", count: 70_000)) { path in
      let long = #expect(throws: KeyFileError.self) { try KeyFile.read(path) }
      #expect(long?.description == "key file \(path): is longer than 131072 octets: that is no key file")
    }
  }

  @Test func `without --key-file there are no keys, and none can be given as an argument`() throws {
    var decryptor = try KeyOptions.parse([]).decryptor()
    let apdu = CipheredMessage().apdu
    let error = #expect(throws: SecurityError.self) { _ = try decryptor.decrypt(apdu.span, in: 0..<apdu.count) }
    #expect(error?.kind == .keyNeeded)
    #expect(throws: (any Error).self) { try KeyOptions.parse(["--encryption-key", ek]) }
    try withKeyFile("encryption_key = \(ek)\nauthentication_key = \(ak)\n") { path in
      var decryptor = try KeyOptions.parse(["--key-file", path]).decryptor()
      #expect(try decryptor.decrypt(apdu.span, in: 0..<apdu.count).isAuthenticated)
    }
  }
}

/// Whether a text holds a part of one of the two keys: in hex of any form, as decimal octets, or as a half in one number.
private func mentionsKey(_ text: String) -> Bool {
  let digits = text.uppercased().filter { $0.isHexDigit }
  let numbers = text.split { !$0.isNumber }.compactMap { UInt64($0) }
  return [ek, ak].contains { key in
    let octets = octets(key).map { UInt64($0) }
    let halves = [octets.prefix(8), octets.suffix(8)].map { $0.reduce(0) { $0 << 8 | $1 } }
    return digits.contains(key.prefix(8)) || digits.contains(key.suffix(8)) || numbers.contains(where: halves.contains)
      || numbers.indices.contains { numbers[$0...].starts(with: octets.prefix(4)) }
  }
}

@Suite struct `Keys keep silent` {
  /// Everything that a value can be made to print.
  private func prints(_ value: some Any) -> [String] {
    var dumped = ""
    dump(value, to: &dumped)
    return [
      "\(value)", String(describing: value), String(reflecting: value), dumped, reflected(Mirror(reflecting: value)),
    ]
  }

  private func reflected(_ mirror: Mirror) -> String {
    mirror.children.map { "\($0.label ?? ""): \($0.value), \(reflected(Mirror(reflecting: $0.value)))" }.joined()
  }

  @Test func `no description, dump or mirror of what holds a key shows it`() throws {
    let ring = try KeyFile.parse(
      Array(
        "encryption_key = \(ek)\nauthentication_key = \(ak)\nsystem_title = 4B414D4501234567\nencryption_key = \(ak)"
          .utf8),
      "ams.keys")
    let key = try #require(ring.common?.encryption)
    let decryptor = APDUDecryptor(keys: ring, cipher: CryptoGCM())
    for text in prints(key) { #expect(text.contains("<key>") || text.isEmpty, "\(text)") }
    let holders: [Any] = [
      key, ring, ring.common as Any, decryptor, MessageDecoder(decryptor: decryptor), [key], ["k": key],
    ]
    for holder in holders {
      for text in prints(holder) { #expect(!mentionsKey(text), "\(text.prefix(400))") }
    }
  }

  @Test func `the check of this suite sees a key where there is one`() {
    for text in prints(octets(ek)) + prints(octets(ak)) + [ek, ak.lowercased(), hex(octets(ek))] where !text.isEmpty {
      #expect(mentionsKey(text), "\(text)")
    }
    #expect(mentionsKey("\(0x0001_0203_0405_0607 as UInt64)"))
    #expect(mentionsKey("\(0xD0D1_D2D3_D4D5_D6D7 as UInt64)"))
  }

  @Test func `no refusal of a message shows a key`() throws {
    var random = SeededGenerator(seed: 3)
    for _ in 0..<300 {
      var message = CipheredMessage()
      message.security = [0x10, 0x20, 0x30].randomElement(using: &random) ?? 0x30
      var decoder = MessageDecoder(decryptor: try message.decryptor(authenticates: Bool.random(using: &random)))
      var information = message.information
      information[Int.random(in: 0..<information.count, using: &random)] ^= UInt8.random(in: 1...255, using: &random)
      do { try decoder.decode(information.span, in: 0..<information.count, isChecked: false) } catch {
        for text in prints(error) { #expect(!mentionsKey(text), "\(text)") }
      }
    }
  }
}
