package import Metering

/// Where most meters of the tests are.
package let oslo: Zone = {
  guard let zone = Zone(named: "Europe/Oslo") else { preconditionFailure("no Europe/Oslo") }
  return zone
}()
