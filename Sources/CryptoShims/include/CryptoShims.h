#pragma once
// Linking this target is all there is to it: see CryptoShims.c.
