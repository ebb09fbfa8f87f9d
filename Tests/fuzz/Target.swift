import Foundation
import Frames
import Metering

/// The entry points that octets from outside reach. FUZZ_TARGET names the one that this process drives.
enum Target: String {
  case stream, apdu, lists, p1, gcm

  static let chosen: Target? = getenv("FUZZ_TARGET").flatMap { Target(rawValue: String(cString: $0)) }

  func run(_ octets: [UInt8]) {
    switch self {
    case .stream: driveStream(octets)
    case .apdu: driveMessage(octets, MessageDecoder())
    case .lists: driveLists(octets)
    case .p1: driveTelegram(octets)
    case .gcm: driveCiphered(octets)
    }
  }
}

@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOne(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  guard let target = Target.chosen else { fatalError("FUZZ_TARGET names no target") }
  target.run(Array(UnsafeBufferPointer(start: start, count: count)))
  return 0
}

@_cdecl("LLVMFuzzerInitialize")
public func begin(_ count: UnsafeMutablePointer<CInt>, _ arguments: UnsafeMutableRawPointer) -> CInt {
  do { if try Tool.run(CommandLine.arguments) { exit(0) } } catch { fatalError("\(error)") }
  return 0
}

/// A promise that does not hold ends the process, which is how libFuzzer hears of it.
func promise(_ holds: Bool, _ what: @autoclosure () -> String) {
  if !holds { fatalError(what()) }
}

// MARK: - A message without its frame: LLC, ciphering, APDU, blocks, body

private func driveMessage(_ octets: [UInt8], _ decoder: MessageDecoder) {
  var decoder = decoder
  for maybeBody in [true, false] {
    do {
      try decoder.decode(octets.span, in: 0..<octets.count, isChecked: maybeBody, maybeBody: maybeBody)
      inspect(decoder.list)
      for item in decoder.lists.items { promise(item.node < decoder.lists.nodes.count, "an item without a node") }
    } catch {
      promise(!error.description.isEmpty, "an error without a text")
    }
  }
  _ = MessageDecoder.maybeMessage(octets)
  _ = MessageDecoder.isCiphered(octets.span)
}

/// Two messages with one decryptor, for it remembers counters. The cipher is none: text passes unchanged and every tag is
/// zeros, so that the search gets behind it.
private func driveCiphered(_ octets: [UInt8]) {
  guard let choice = octets.first, let key = Key128(repeatElement(0, count: Key128.size)) else { return }
  let keys = MeterKeys(encryption: key, authentication: choice & 1 == 0 ? key : nil)
  var decoder = MessageDecoder(
    decryptor: APDUDecryptor(
      keys: KeyRing(common: keys), cipher: choice & 2 == 0 ? NoCipher() : NoCipher(refuses: true)))
  let rest = octets[1...]
  let cut = choice & 4 == 0 ? rest.endIndex : rest.startIndex + rest.count / 2
  for message in [Array(rest[..<cut]), Array(rest[cut...])] {
    do {
      try decoder.decode(message.span, in: 0..<message.count, isChecked: true, maybeBody: false)
      inspect(decoder.list)
    } catch {
      promise(!error.description.isEmpty, "an error without a text")
    }
  }
}

private struct NoCipher: AESGCM {
  var refuses = false

  func encrypt(_ text: inout [UInt8], key: Key128, nonce: [UInt8], authenticating data: [UInt8]) -> [UInt8]? {
    promise(nonce.count == 12, "a nonce of \(nonce.count) octets")
    return refuses ? nil : [UInt8](repeating: 0, count: 16)
  }
}

// MARK: - A bare body

private func driveLists(_ octets: [UInt8]) {
  var lists = ListDecoder()
  var list = MeterList()
  do {
    try lists.decode(octets.span, in: 0..<octets.count, into: &list)
    inspect(list)
  } catch {
    promise(!"\(error)".isEmpty, "an error without a text")
  }
  // Each node lies within the octets, and next points forward, to a node or to the end.
  for (index, node) in lists.nodes.enumerated() {
    promise(node.tag.isContainer || Int(node.contentOffset) + Int(node.count) <= octets.count, "a node beyond the end")
    promise(Int(node.next) > index || lists.nodes.count == index + 1, "a node that points back")
  }
}

// MARK: - A telegram

private func driveTelegram(_ octets: [UInt8]) {
  guard !octets.isEmpty else { return }
  let whole = P1Framing(octets.span, at: 0)
  // Octet by octet the answer is the same, and it does not change once it is there.
  var scan = P1Scan()
  var answer = P1Framing.incomplete
  for count in 1...octets.count where answer == .incomplete {
    answer = P1Framing(octets.span.extracting(first: count), at: 0, resuming: &scan)
  }
  promise(answer == whole, "octet by octet \(answer), at once \(whole)")
  guard case .telegram(let telegram) = whole else { return }
  var list = MeterList()
  do {
    try P1Decoder.decode(octets.span, telegram, into: &list)
    inspect(list)
  } catch {
    promise(!error.description.isEmpty, "an error without a text")
  }
}

/// Reads what a user of a list reads.
private func inspect(_ list: MeterList) {
  _ = list.identity
  _ = list.values
  for quantity in list.readings.quantities {
    if let value = list.readings[quantity] { _ = quantity.unit.text(value) }
  }
  if let registers = list.registers { _ = registers.importWattHours }
  if let clock = list.clock { _ = clock.wall.secondsSince1970 }
}
