"""Where a request comes from, as limits count it."""

from ipaddress import IPv6Network, ip_address


def origin(address: str) -> str:
    """What stands for whoever has an address: itself; of IPv6 the network of one connection, which has 2⁶⁴ of them.

    >>> origin("192.0.2.7"), origin("2001:db8::7"), origin("::ffff:192.0.2.7"), origin("unix")
    ('192.0.2.7', '2001:db8::/64', '192.0.2.7', 'unix')
    """
    try:
        given = ip_address(address)
    except ValueError:
        return address
    if given.version == 4:
        return str(given)
    return str(given.ipv4_mapped or IPv6Network((int(given), 64), strict=False))
