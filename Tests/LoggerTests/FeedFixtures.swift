import Glibc
import Metering
import Testing

@testable import Logger

/// A status as a logger at rest has it.
func someStatus(path: String = "ams.sqlite") throws -> LoggerStatus {
  var input = LoggerStatus.Input(name: "main", source: "/dev/ttyUSB0", state: "good", line: "2400 8N1")
  input.meter = LoggerStatus.Meter(number: "6970631400000001", maker: "aidon", type: "6534")
  input.lastMessage = try utc("2026-01-15T13:00:11.250Z")
  input.lastRegister = try utc("2026-01-15T13:00:10Z")
  input.counts = LoggerStatus.Counts(messages: 123_456, rejects: ["framing": 2, "list": 1], noise: 44)
  input.clockOffset = -2
  return LoggerStatus(
    version: "0.1.0", started: try utc("2026-01-12T07:00:03Z"), time: try utc("2026-01-15T13:00:12Z"),
    uptime: 300_000_000,
    database: LoggerStatus.Database(path: path, octets: 278_500_000, freeOctets: 11_200_000_000), waiting: 4,
    inputs: [input])
}

/// A reader of a feed whose lines are asked for one by one; a line that does not come within ten seconds is `timedOut`.
struct TestReader: ~Copyable {
  var client: FeedClient
  let stop: Stop

  private init(_ client: consuming FeedClient, _ stop: Stop) {
    self.client = client
    self.stop = stop
  }

  init(path: String) throws {
    let stop = try Stop()
    self.init(try FeedClient(path: path), stop)
  }

  mutating func next() throws -> FeedClient.Outcome { try client.next(unless: stop, upTo: .seconds(10)) }
}

/// A connection to a feed that speaks and reads as a test says.
func rawReader(path: String) throws -> Descriptor {
  let socket = try UnixSocket.make()
  try UnixSocket(path).connect(socket)
  return socket
}

/// Waits until `condition` holds; false after ten seconds.
func soon(_ condition: () -> Bool) -> Bool {
  let deadline = Deadline(in: .seconds(10))
  while !condition() {
    if deadline.hasPassed { return false }
    usleep(2000)
  }
  return true
}
